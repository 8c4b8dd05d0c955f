//! Whose dead letters a queue takes: everything of the stack that names one is asked.

use anyhow::{Context, Result};
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;

use super::{attributes, last_part};
use crate::client::Client;

/// Something that sends its dead letters to a queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    /// The queue's name.
    pub(super) queue: String,
    /// The owner's kind, as it is printed: `rule`.
    pub(super) kind: &'static str,
    /// The owner's name, which of a rule begins with its bus: `sluicegate/todo-activity`.
    pub(super) name: String,
}

/// All owners of dead-letter queues: queues, rules, pipes, schedules, functions, event source mappings and subscriptions.
pub(super) async fn all(client: &Client, urls: &[String]) -> Result<Vec<Owner>> {
    let mut found = Found::default();
    of_queues(client, urls, &mut found).await?;
    of_rules(client, &mut found).await?;
    of_pipes(client, &mut found).await?;
    of_schedules(client, &mut found).await?;
    of_functions(client, &mut found).await?;
    of_subscriptions(client, &mut found).await?;
    Ok(found.0)
}

#[derive(Default)]
struct Found(Vec<Owner>);

impl Found {
    /// Takes an ARN that something names; only queues are of interest.
    fn note(&mut self, arn: Option<&str>, kind: &'static str, name: impl Into<String>) {
        if let Some(arn) = arn.filter(|arn| arn.contains(":sqs:")) {
            self.0.push(Owner { queue: last_part(arn).to_owned(), kind, name: name.into() });
        }
    }

    /// Takes the `deadLetterTargetArn` of a redrive policy.
    fn note_policy(&mut self, policy: Option<&str>, kind: &'static str, name: &str) -> Result<()> {
        let Some(policy) = policy else { return Ok(()) };
        let policy: Value =
            serde_json::from_str(policy).with_context(|| format!("the redrive policy of {kind} {name} is no JSON"))?;
        self.note(policy["deadLetterTargetArn"].as_str(), kind, name);
        Ok(())
    }
}

async fn of_queues(client: &Client, urls: &[String], found: &mut Found) -> Result<()> {
    for url in urls {
        let attributes = attributes(client, url).await?;
        let policy = attributes.get(&QueueAttributeName::RedrivePolicy).map(String::as_str);
        found.note_policy(policy, "queue", last_part(url))?;
    }
    Ok(())
}

async fn of_rules(client: &Client, found: &mut Found) -> Result<()> {
    for bus in buses(client).await? {
        for rule in rules(client, &bus).await? {
            for target in targets(client, &bus, &rule).await? {
                let queue = target.dead_letter_config().and_then(|config| config.arn());
                found.note(queue, "rule", format!("{bus}/{rule}"));
            }
        }
    }
    Ok(())
}

async fn buses(client: &Client) -> Result<Vec<String>> {
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let page = client.events.list_event_buses().set_next_token(token).send().await;
        let page = page.map_err(|error| client.explain(error))?;
        names.extend(page.event_buses().iter().filter_map(|bus| bus.name()).map(str::to_owned));
        token = page.next_token;
        if token.is_none() {
            return Ok(names);
        }
    }
}

async fn rules(client: &Client, bus: &str) -> Result<Vec<String>> {
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let page = client.events.list_rules().event_bus_name(bus).set_next_token(token).send().await;
        let page = page.map_err(|error| client.explain(error))?;
        names.extend(page.rules().iter().filter_map(|rule| rule.name()).map(str::to_owned));
        token = page.next_token;
        if token.is_none() {
            return Ok(names);
        }
    }
}

/// The targets of a rule.
pub(super) async fn targets(client: &Client, bus: &str, rule: &str) -> Result<Vec<aws_sdk_eventbridge::types::Target>> {
    let (mut targets, mut token) = (Vec::new(), None);
    loop {
        let ask = client.events.list_targets_by_rule().rule(rule).event_bus_name(bus);
        let page = ask.set_next_token(token).send().await.map_err(|error| client.explain(error))?;
        token = page.next_token;
        targets.extend(page.targets.unwrap_or_default());
        if token.is_none() {
            return Ok(targets);
        }
    }
}

async fn of_pipes(client: &Client, found: &mut Found) -> Result<()> {
    let mut pipes = client.pipes.list_pipes().into_paginator().items().send();
    while let Some(pipe) = pipes.next().await {
        let pipe = pipe.map_err(|error| client.explain(error))?;
        let name = pipe.name().unwrap_or_default();
        let described = client.pipes.describe_pipe().name(name).send().await.map_err(|error| client.explain(error))?;
        let source = described.source_parameters();
        let of_stream = source.and_then(|source| source.dynamo_db_stream_parameters()?.dead_letter_config()?.arn());
        let of_kinesis = source.and_then(|source| source.kinesis_stream_parameters()?.dead_letter_config()?.arn());
        found.note(of_stream.or(of_kinesis), "pipe", name);
    }
    Ok(())
}

async fn of_schedules(client: &Client, found: &mut Found) -> Result<()> {
    let mut schedules = client.schedules.list_schedules().into_paginator().items().send();
    while let Some(schedule) = schedules.next().await {
        let schedule = schedule.map_err(|error| client.explain(error))?;
        let (group, name) = (schedule.group_name().unwrap_or_default(), schedule.name().unwrap_or_default());
        let ask = client.schedules.get_schedule().group_name(group).name(name);
        let described = ask.send().await.map_err(|error| client.explain(error))?;
        let queue = described.target().and_then(|target| target.dead_letter_config()?.arn());
        found.note(queue, "schedule", format!("{group}/{name}"));
    }
    Ok(())
}

async fn of_functions(client: &Client, found: &mut Found) -> Result<()> {
    let mut functions = client.functions.list_functions().into_paginator().items().send();
    while let Some(function) = functions.next().await {
        let function = function.map_err(|error| client.explain(error))?;
        let name = function.function_name().unwrap_or_default();
        found.note(function.dead_letter_config().and_then(|config| config.target_arn()), "function", name);
        match client.functions.get_function_event_invoke_config().function_name(name).send().await {
            Ok(config) => {
                let queue = config.destination_config().and_then(|config| config.on_failure()?.destination());
                found.note(queue, "function", name);
            }
            // Most functions have none.
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {}
            Err(error) => return Err(client.explain(error)),
        }
    }
    let mut mappings = client.functions.list_event_source_mappings().into_paginator().items().send();
    while let Some(mapping) = mappings.next().await {
        let mapping = mapping.map_err(|error| client.explain(error))?;
        let queue = mapping.destination_config().and_then(|config| config.on_failure()?.destination());
        let function = last_part(mapping.function_arn().unwrap_or_default());
        let source = mapping.event_source_arn().unwrap_or_default();
        found.note(queue, "mapping", format!("{source} to {function}"));
    }
    Ok(())
}

async fn of_subscriptions(client: &Client, found: &mut Found) -> Result<()> {
    let mut subscriptions = client.topics.list_subscriptions().into_paginator().items().send();
    while let Some(subscription) = subscriptions.next().await {
        let subscription = subscription.map_err(|error| client.explain(error))?;
        // One that nobody has confirmed has no ARN yet.
        let Some(arn) = subscription.subscription_arn().filter(|arn| arn.starts_with("arn:")) else { continue };
        let ask = client.topics.get_subscription_attributes().subscription_arn(arn);
        let described = ask.send().await.map_err(|error| client.explain(error))?;
        let policy = described.attributes().and_then(|attributes| attributes.get("RedrivePolicy"));
        let (topic, endpoint) =
            (subscription.topic_arn().unwrap_or_default(), subscription.endpoint().unwrap_or_default());
        let name = format!("{} to {}", last_part(topic), last_part(endpoint));
        found.note_policy(policy.map(String::as_str), "subscription", &name)?;
    }
    Ok(())
}
