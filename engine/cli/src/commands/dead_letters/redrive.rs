//! `sluice dlq redrive`: dead letters go back to where they failed, or to another queue.

use std::collections::HashMap;

use anyhow::{Result, bail};
use aws_sdk_sqs::types::{Message, MessageAttributeValue};
use serde_json::json;

use super::{arn, attributes, list_urls, owners, url};
use crate::client::Client;
use crate::output::Output;

/// Sends the messages of a dead-letter queue to `to`, or back to the queues that they came from.
pub(super) async fn run(client: &Client, queue: &str, to: Option<&str>, output: Output) -> Result<()> {
    match to {
        Some(to) => carry(client, queue, to, output).await,
        None => return_to_queues(client, queue, output).await,
    }
}

/// Lets SQS send each message back to the queue that it came from, which it knows of messages that a queue gave up only.
async fn return_to_queues(client: &Client, queue: &str, output: Output) -> Result<()> {
    let source = arn(client, queue).await?;
    let owners = owners::all(client, &list_urls(client).await?).await?;
    let of: Vec<_> = owners.into_iter().filter(|owner| owner.queue == queue).collect();
    if !of.is_empty() && of.iter().all(|owner| owner.kind != "queue") {
        bail!("{}", refusal(queue, &of));
    }
    let started = client.queues.start_message_move_task().source_arn(&source).send().await;
    let started = started.map_err(|error| client.explain(error))?;
    output.print(&json!({ "taskHandle": started.task_handle() }), |_, out| {
        writeln!(out, "sending the messages of {queue} back")
    })?;
    Ok(())
}

/// Why letters can't go back by themselves, and what does it.
fn refusal(queue: &str, of: &[owners::Owner]) -> String {
    let first = &of[0];
    let whose = format!("{queue} holds dead letters of {} {}, which came from no queue", first.kind, first.name);
    match first.kind {
        "rule" => {
            let rule = first.name.rsplit('/').next().unwrap_or_default();
            format!(
                "{whose}: send the events to the rule again with `sluice replay start --archive … --from … --rule {rule}`, \
                 or the letters to a queue with --to"
            )
        }
        _ => format!("{whose}: mend what failed and start it anew, or send the letters to a queue with --to"),
    }
}

/// Receives, sends and deletes, message by message: what is sent has the body and attributes of what is deleted, and a
/// message that can't be sent stays.
async fn carry(client: &Client, queue: &str, to: &str, output: Output) -> Result<()> {
    let (source, target) = (url(client, queue).await?, url(client, to).await?);
    if source == target {
        bail!("{queue} can't be sent to itself: name another queue with --to");
    }
    let waiting = attributes(client, &source).await?;
    let waiting = waiting.get(&aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages);
    let most: usize = waiting.and_then(|count| count.parse().ok()).unwrap_or_default();
    let mut carried = 0;
    // Not more than there were: what the target gives up meanwhile may be back already.
    while carried < most {
        let receive = client.queues.receive_message().queue_url(&source).max_number_of_messages(10);
        let received = receive.message_attribute_names("All").message_system_attribute_names("All".into());
        let received = received.send().await.map_err(|error| client.explain(error))?;
        if received.messages().is_empty() {
            break;
        }
        for message in received.messages() {
            send(client, &target, message).await?;
            let receipt = message.receipt_handle().unwrap_or_default();
            let delete = client.queues.delete_message().queue_url(&source).receipt_handle(receipt);
            delete.send().await.map_err(|error| client.explain(error))?;
            carried += 1;
        }
    }
    output.print(&json!({ "sent": carried, "to": to }), |_, out| {
        writeln!(out, "sent {carried} messages of {queue} to {to}")
    })?;
    Ok(())
}

async fn send(client: &Client, target: &str, message: &Message) -> Result<()> {
    let attributes: Option<HashMap<String, MessageAttributeValue>> = message.message_attributes().cloned();
    let mut send = client.queues.send_message().queue_url(target).message_body(message.body().unwrap_or_default());
    if target.ends_with(".fifo") {
        // Of a message that was in no group, each is one of its own.
        let id = message.message_id().unwrap_or_default();
        let system = |name: &str| {
            let attribute = message.attributes()?.iter().find(|(key, _)| key.as_str() == name);
            attribute.map(|(_, value)| value.clone())
        };
        send = send
            .message_group_id(system("MessageGroupId").unwrap_or_else(|| id.to_owned()))
            .message_deduplication_id(system("MessageDeduplicationId").unwrap_or_else(|| id.to_owned()));
    }
    send.set_message_attributes(attributes).send().await.map_err(|error| client.explain(error))?;
    Ok(())
}
