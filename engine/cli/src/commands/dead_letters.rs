//! `sluice dlq`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use aws_sdk_sqs::types::QueueAttributeName;
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::Dlq;
use crate::client::Client;
use crate::output::{Output, Table, bold, brief, dim};

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Dlq, output: Output) -> Result<()> {
    match command {
        Dlq::List => list(client, output).await,
        Dlq::Show { queue, limit } => show(client, &queue, limit, output).await,
        Dlq::Redrive { queue, to } => redrive(client, &queue, to.as_deref(), output).await,
        Dlq::Purge { queue, yes } => purge(client, &queue, yes, output).await,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    queue: String,
    messages: u64,
    serves: BTreeSet<String>,
}

/// A queue that another's redrive policy or a rule's or pipe's target names is a dead-letter queue.
async fn list(client: &Client, output: Output) -> Result<()> {
    let mut urls = client.queues.list_queues().max_results(1000).into_paginator().items().send();
    let mut messages = BTreeMap::new();
    let mut serves: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    while let Some(url) = urls.next().await {
        let url = url.map_err(|error| client.explain(error))?;
        let attributes = attributes(client, &url).await?;
        let name = last_part(&url).to_owned();
        let waiting = attributes.get(&QueueAttributeName::ApproximateNumberOfMessages);
        messages.insert(name.clone(), waiting.and_then(|count| count.parse().ok()).unwrap_or(0));
        if let Some(policy) = attributes.get(&QueueAttributeName::RedrivePolicy) {
            let policy: Value = serde_json::from_str(policy).context("a redrive policy that is no JSON")?;
            let target = last_part(policy["deadLetterTargetArn"].as_str().unwrap_or_default()).to_owned();
            serves.entry(target).or_default().insert(format!("queue {name}"));
        }
    }
    for (queue, user) in rules_and_pipes(client).await? {
        serves.entry(queue).or_default().insert(user);
    }
    let queues: Vec<Listed> = serves
        .into_iter()
        .filter_map(|(queue, serves)| Some(Listed { messages: *messages.get(&queue)?, queue, serves }))
        .collect();
    output.print(&queues, |queues, out| {
        let mut table = Table::new(&["DEAD-LETTER QUEUE", "MESSAGES", "OF"]);
        for queue in queues {
            let serves: Vec<&str> = queue.serves.iter().map(String::as_str).collect();
            table.row([queue.queue.clone(), queue.messages.to_string(), serves.join(", ")]);
        }
        table.write(out, "no dead-letter queues")
    })?;
    Ok(())
}

/// The dead-letter queues of rules' targets and of pipes, with whose they are.
async fn rules_and_pipes(client: &Client) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let buses = client.events.list_event_buses().send().await.map_err(|error| client.explain(error))?;
    for bus in buses.event_buses().iter().filter_map(|bus| bus.name()) {
        let rules =
            client.events.list_rules().event_bus_name(bus).send().await.map_err(|error| client.explain(error))?;
        for rule in rules.rules().iter().filter_map(|rule| rule.name()) {
            let targets = client.events.list_targets_by_rule().rule(rule).event_bus_name(bus).send().await;
            for target in targets.map_err(|error| client.explain(error))?.targets() {
                if let Some(arn) = target.dead_letter_config().and_then(|config| config.arn()) {
                    found.push((last_part(arn).to_owned(), format!("rule {bus}/{rule}")));
                }
            }
        }
    }
    let mut pipes = client.pipes.list_pipes().into_paginator().items().send();
    while let Some(pipe) = pipes.next().await {
        let pipe = pipe.map_err(|error| client.explain(error))?;
        let name = pipe.name().unwrap_or_default();
        let described = client.pipes.describe_pipe().name(name).send().await.map_err(|error| client.explain(error))?;
        let source = described.source_parameters().and_then(|source| source.dynamo_db_stream_parameters());
        if let Some(arn) = source.and_then(|stream| stream.dead_letter_config()).and_then(|config| config.arn()) {
            found.push((last_part(arn).to_owned(), format!("pipe {name}")));
        }
    }
    Ok(found)
}

/// Shows messages without keeping them from others.
async fn show(client: &Client, queue: &str, limit: i32, output: Output) -> Result<()> {
    let url = url(client, queue).await?;
    let receive = client.queues.receive_message().queue_url(url).max_number_of_messages(limit).visibility_timeout(0);
    let received = receive.message_attribute_names("All").send().await.map_err(|error| client.explain(error))?;
    let messages: Vec<Value> = received
        .messages()
        .iter()
        .map(|message| {
            let attributes: BTreeMap<&str, Option<&str>> = message
                .message_attributes()
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.as_str(), value.string_value()))
                .collect();
            json!({ "messageId": message.message_id(), "attributes": attributes, "body": message.body() })
        })
        .collect();
    output.print(&messages, |messages, out| {
        for message in messages {
            writeln!(out, "{}", bold(message["messageId"].as_str().unwrap_or_default()))?;
            for (name, value) in message["attributes"].as_object().into_iter().flatten() {
                writeln!(out, "  {} {}", dim(name), value.as_str().unwrap_or_default())?;
            }
            writeln!(out, "  {}", brief(message["body"].as_str().unwrap_or_default(), 400))?;
        }
        if messages.is_empty() { writeln!(out, "{}", dim("no messages")) } else { Ok(()) }
    })?;
    Ok(())
}

async fn redrive(client: &Client, queue: &str, to: Option<&str>, output: Output) -> Result<()> {
    let source = arn(client, queue).await?;
    let destination = match to {
        Some(to) => Some(arn(client, to).await?),
        None => None,
    };
    let start = client.queues.start_message_move_task().source_arn(&source).set_destination_arn(destination);
    let started = start.send().await.map_err(|error| client.explain(error))?;
    output.print(&json!({ "taskHandle": started.task_handle() }), |_, out| {
        writeln!(
            out,
            "sending the messages of {queue} {}",
            to.map_or_else(|| "back".to_owned(), |to| format!("to {to}"))
        )
    })?;
    Ok(())
}

async fn purge(client: &Client, queue: &str, yes: bool, output: Output) -> Result<()> {
    let url = url(client, queue).await?;
    if !yes {
        let attributes = attributes(client, &url).await?;
        let waiting = attributes.get(&QueueAttributeName::ApproximateNumberOfMessages).map_or("0", String::as_str);
        bail!("this would delete the {waiting} messages of {queue}; say --yes if you mean to");
    }
    client.queues.purge_queue().queue_url(&url).send().await.map_err(|error| client.explain(error))?;
    output.print(&json!({ "purged": queue }), |_, out| writeln!(out, "emptied {queue}"))?;
    Ok(())
}

async fn url(client: &Client, queue: &str) -> Result<String> {
    let found = client.queues.get_queue_url().queue_name(queue).send().await.map_err(|error| client.explain(error))?;
    Ok(found.queue_url().unwrap_or_default().to_owned())
}

async fn arn(client: &Client, queue: &str) -> Result<String> {
    let attributes = attributes(client, &url(client, queue).await?).await?;
    attributes.get(&QueueAttributeName::QueueArn).cloned().context("the queue has no ARN")
}

async fn attributes(client: &Client, url: &str) -> Result<std::collections::HashMap<QueueAttributeName, String>> {
    let asked = client.queues.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    let answer = asked.send().await.map_err(|error| client.explain(error))?;
    Ok(answer.attributes().cloned().unwrap_or_default())
}

fn last_part(name: &str) -> &str {
    name.rsplit([':', '/']).next().unwrap_or(name)
}
