//! `sluice dlq`.

mod owners;
mod redrive;

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
        Dlq::Redrive { queue, to } => redrive::run(client, &queue, to.as_deref(), output).await,
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

/// A queue that anything names for its dead letters is a dead-letter queue.
async fn list(client: &Client, output: Output) -> Result<()> {
    let urls = list_urls(client).await?;
    let mut serves: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for owner in owners::all(client, &urls).await? {
        serves.entry(owner.queue).or_default().insert(format!("{} {}", owner.kind, owner.name));
    }
    let mut messages = BTreeMap::new();
    for url in urls.iter().filter(|url| serves.contains_key(last_part(url))) {
        let attributes = attributes(client, url).await?;
        let waiting = attributes.get(&QueueAttributeName::ApproximateNumberOfMessages);
        messages.insert(last_part(url).to_owned(), waiting.and_then(|count| count.parse().ok()).unwrap_or(0));
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

/// The URLs of all queues.
async fn list_urls(client: &Client) -> Result<Vec<String>> {
    let mut pages = client.queues.list_queues().max_results(1000).into_paginator().items().send();
    let mut urls = Vec::new();
    while let Some(url) = pages.next().await {
        urls.push(url.map_err(|error| client.explain(error))?);
    }
    Ok(urls)
}

async fn url(client: &Client, queue: &str) -> Result<String> {
    let found = client.queues.get_queue_url().queue_name(queue).send().await;
    let found = found.map_err(|error| client.explain(error)).with_context(|| format!("queue {queue}"))?;
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
