//! How the messages of a batch are gathered: until it is full or its window is over, and hidden from others meanwhile.

use std::time::Duration;

use clock::Timestamp;
use serde_json::{Value, json};
use service::ServiceError;

use crate::Consumer;
use crate::batch::{Batch, Message};
use crate::queue::{MOST_AT_ONCE, delete, record};
use crate::run::LOOK_AGAIN;

/// The longest that SQS hides a message.
const LONGEST_HIDDEN: Duration = Duration::from_secs(43_200);

/// Receives until the batch is full or its window is over, or the consumer stops. Messages that no filter lets through are
/// deleted at once.
pub(crate) async fn gather(run: &Consumer, url: &Value) -> Result<Vec<Message>, ServiceError> {
    let (intake, clock) = (&run.intake, &run.platform.clock);
    let nudges = run.platform.signals.listen(&intake.source_arn);
    let hiding = Hiding::of(run, url).await?;
    let mut batch = Batch::default();
    let mut due = None;
    loop {
        let mut nudged = std::pin::pin!(nudges.notified());
        nudged.as_mut().enable();
        let received = receive(run, url, intake.batch_size - batch.len(), hiding, due).await?;
        let (accepted, refused): (Vec<_>, Vec<_>) =
            received.into_iter().partition(|message| intake.filters.accept(&message.record.value));
        delete(run, url, &refused.iter().collect::<Vec<_>>()).await?;
        let mut brought = refused.len();
        for message in accepted {
            brought += usize::from(batch.push(message));
        }
        if !batch.is_empty() {
            due.get_or_insert(clock.now().plus(intake.window));
        }
        let is_over = due.is_some_and(|due| clock.now() >= due);
        if batch.len() >= intake.batch_size
            || (is_over && (brought == 0 || intake.window > Duration::ZERO))
            || run.stop.is_cancelled()
        {
            let messages = batch.into_messages();
            if let (Some(hiding), false) = (hiding, is_over) {
                hiding.shorten(run, url, &messages).await;
            }
            return Ok(messages);
        }
        if brought == 0 {
            let look_again = clock.now().plus(LOOK_AGAIN);
            tokio::select! {
                () = run.stop.cancelled() => {}
                () = nudged => {}
                () = clock.sleep_until(due.map_or(look_again, |due| due.min(look_again))) => {}
            }
        }
    }
}

/// How long messages are hidden while their batch waits for others: until its window is over, and from then on as long as
/// the queue says. Else the first of them would be back before the batch is handed on.
#[derive(Clone, Copy)]
struct Hiding {
    /// The queue's visibility timeout.
    timeout: Duration,
}

impl Hiding {
    /// None without a window: then the queue's own timeout is right.
    async fn of(run: &Consumer, url: &Value) -> Result<Option<Self>, ServiceError> {
        if run.intake.window.is_zero() {
            return Ok(None);
        }
        let ask = json!({"QueueUrl": url, "AttributeNames": ["VisibilityTimeout"]});
        let answer = run.platform.services.call("sqs", "GetQueueAttributes", ask).await?;
        let seconds = answer.pointer("/Attributes/VisibilityTimeout").and_then(Value::as_str);
        match seconds.and_then(|seconds| seconds.parse().ok()) {
            Some(seconds) => Ok(Some(Self { timeout: Duration::from_secs(seconds) })),
            None => Err(ServiceError::server("InternalException", format!("a queue without VisibilityTimeout: {url}"))),
        }
    }

    /// How long a message is hidden that is received now, in seconds.
    fn seconds(self, run: &Consumer, due: Option<Timestamp>) -> u64 {
        let left = due.map_or(run.intake.window, |due| due.since(run.platform.clock.now()));
        let hidden = self.timeout.saturating_add(left).min(LONGEST_HIDDEN);
        hidden.as_millis().div_ceil(1000).try_into().unwrap_or(LONGEST_HIDDEN.as_secs())
    }

    /// Lets the queue's timeout count from now, as the batch is handed on before its window is over. What fails is back late
    /// where that can't be done, but it is not lost.
    async fn shorten(self, run: &Consumer, url: &Value, messages: &[Message]) {
        for group in messages.chunks(MOST_AT_ONCE) {
            let entries: Vec<Value> = group
                .iter()
                .enumerate()
                .map(|(index, message)| {
                    let seconds = self.timeout.as_secs();
                    json!({"Id": index.to_string(), "ReceiptHandle": message.receipt_handle, "VisibilityTimeout": seconds})
                })
                .collect();
            let input = json!({"QueueUrl": url, "Entries": entries});
            if let Err(error) = run.platform.services.call("sqs", "ChangeMessageVisibilityBatch", input).await {
                tracing::warn!(consumer = run.intake.consumer, %error, "messages stay hidden longer than their queue says");
            }
        }
    }
}

async fn receive(
    run: &Consumer,
    url: &Value,
    most: usize,
    hiding: Option<Hiding>,
    due: Option<Timestamp>,
) -> Result<Vec<Message>, ServiceError> {
    let mut input = json!({
        "QueueUrl": url,
        "MaxNumberOfMessages": most.min(MOST_AT_ONCE),
        "WaitTimeSeconds": 0,
        "MessageSystemAttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    });
    if let Some(hiding) = hiding {
        input["VisibilityTimeout"] = hiding.seconds(run, due).into();
    }
    let mut answer = run.platform.services.call("sqs", "ReceiveMessage", input).await?;
    let messages = match answer["Messages"].take() {
        Value::Array(messages) => messages,
        _ => Vec::new(),
    };
    Ok(messages.into_iter().map(|message| record(run, message)).collect())
}
