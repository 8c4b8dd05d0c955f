//! `sluice events`.

use anyhow::{Context, Result, bail};
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, Target};
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use super::{catalog, json_argument, test_pattern};
use crate::arguments::Events;
use crate::client::Client;
use crate::output::{Output, bold, dim, note};

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Events, output: Output) -> Result<()> {
    match command {
        Events::Put { bus, source, detail_type, detail } => {
            put(client, &bus, &source, &detail_type, &detail, output).await
        }
        Events::Catalog { project } => catalog::run(project.as_deref(), output),
        Events::TestPattern { pattern, event, cases } => test_pattern::run(pattern, event, cases.as_deref(), output),
        Events::Tail { bus, pattern, count } => tail(client, bus, pattern, count, output).await,
    }
}

async fn put(client: &Client, bus: &str, source: &str, detail_type: &str, detail: &str, output: Output) -> Result<()> {
    // AWS drops an event for a bus that doesn't exist without a word; a person wants to know.
    client.events.describe_event_bus().name(bus).send().await.map_err(|error| client.explain(error))?;
    let entry = PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(source)
        .detail_type(detail_type)
        .detail(json_argument(detail)?)
        .build();
    let answer = client.events.put_events().entries(entry).send().await.map_err(|error| client.explain(error))?;
    let Some(entry) = answer.entries().first() else { bail!("the answer has no entry") };
    if let Some(code) = entry.error_code() {
        bail!("{code}: {}", entry.error_message().unwrap_or("no message"));
    }
    let id = entry.event_id().unwrap_or_default();
    output.print(&json!({ "eventId": id }), |_, out| writeln!(out, "put {id} on {bus}"))?;
    Ok(())
}

/// What tailing makes on the bus and removes at the end.
struct Tap {
    bus: String,
    rule: String,
    queue_url: String,
}

async fn tail(
    client: &Client,
    bus: String,
    pattern: Option<String>,
    count: Option<usize>,
    output: Output,
) -> Result<()> {
    // Before anything is made, so that none of them leaves it behind.
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    let tap = open(client, bus, pattern).await?;
    note(&dim(&format!("watching {}; Ctrl-C ends it", tap.bus)));
    let watched = tokio::select! {
        watched = watch(client, &tap, count, output) => watched,
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    };
    close(client, &tap).await;
    watched
}

async fn open(client: &Client, bus: String, pattern: Option<String>) -> Result<Tap> {
    let rule = format!("sluice-tail-{}", uuid::Uuid::new_v4());
    let pattern = pattern.unwrap_or_else(|| r#"{"version":["0"]}"#.to_owned());
    let rule_made = client.events.put_rule().name(&rule).event_bus_name(&bus).event_pattern(pattern);
    let rule_arn =
        rule_made.send().await.map_err(|error| client.explain(error))?.rule_arn().unwrap_or_default().to_owned();
    let mut tap = Tap { bus, rule, queue_url: String::new() };
    let connected = connect(client, &mut tap, &rule_arn).await;
    if connected.is_err() {
        close(client, &tap).await;
    }
    connected.map(|()| tap)
}

async fn connect(client: &Client, tap: &mut Tap, rule_arn: &str) -> Result<()> {
    let made =
        client.queues.create_queue().queue_name(&tap.rule).attributes(QueueAttributeName::MessageRetentionPeriod, "60");
    tap.queue_url =
        made.send().await.map_err(|error| client.explain(error))?.queue_url().unwrap_or_default().to_owned();
    let described =
        client.queues.get_queue_attributes().queue_url(&tap.queue_url).attribute_names(QueueAttributeName::QueueArn);
    let described = described.send().await.map_err(|error| client.explain(error))?;
    let queue_arn = described.attributes().and_then(|all| all.get(&QueueAttributeName::QueueArn));
    let queue_arn = queue_arn.context("the queue has no ARN")?;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Service": "events.amazonaws.com" },
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": { "ArnEquals": { "aws:SourceArn": rule_arn } },
    }]});
    let allow = client.queues.set_queue_attributes().queue_url(&tap.queue_url);
    let allow = allow.attributes(QueueAttributeName::Policy, policy.to_string());
    allow.send().await.map_err(|error| client.explain(error))?;
    let target = Target::builder().id("tail").arn(queue_arn).build().context("a target needs id and ARN")?;
    let put = client.events.put_targets().rule(&tap.rule).event_bus_name(&tap.bus).targets(target);
    put.send().await.map_err(|error| client.explain(error))?;
    Ok(())
}

async fn watch(client: &Client, tap: &Tap, count: Option<usize>, output: Output) -> Result<()> {
    let mut seen = 0;
    while count.is_none_or(|count| seen < count) {
        let receive =
            client.queues.receive_message().queue_url(&tap.queue_url).max_number_of_messages(10).wait_time_seconds(20);
        let received = receive.send().await.map_err(|error| client.explain(error))?;
        for message in received.messages() {
            if count.is_none_or(|count| seen < count) {
                seen += 1;
                print(message.body().unwrap_or_default(), output)?;
            }
            let delete = client.queues.delete_message().queue_url(&tap.queue_url);
            let delete = delete.receipt_handle(message.receipt_handle().unwrap_or_default());
            delete.send().await.map_err(|error| client.explain(error))?;
        }
    }
    Ok(())
}

fn print(body: &str, output: Output) -> Result<()> {
    let event: Value = serde_json::from_str(body).with_context(|| format!("an event that is no JSON: {body}"))?;
    output.print_line(&event, |event, out| {
        let text = |member: &str| event[member].as_str().unwrap_or_default();
        let replay = event["replay-name"].as_str().map(|name| format!("  replay {name}")).unwrap_or_default();
        writeln!(out, "{}  {}  {}{}", dim(text("time")), bold(text("detail-type")), dim(text("source")), dim(&replay))?;
        writeln!(out, "  {}", event["detail"])
    })?;
    Ok(())
}

/// Removes what was made; what can't be removed is told, with its name.
async fn close(client: &Client, tap: &Tap) {
    let mut left = Vec::new();
    if client.events.remove_targets().rule(&tap.rule).event_bus_name(&tap.bus).ids("tail").send().await.is_err()
        || client.events.delete_rule().name(&tap.rule).event_bus_name(&tap.bus).send().await.is_err()
    {
        left.push(format!("the rule {}", tap.rule));
    }
    if !tap.queue_url.is_empty() && client.queues.delete_queue().queue_url(&tap.queue_url).send().await.is_err() {
        left.push(format!("the queue {}", tap.queue_url));
    }
    if !left.is_empty() {
        note(&format!("could not remove {}", left.join(" and ")));
    }
}
