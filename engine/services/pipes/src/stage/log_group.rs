//! Log groups: a log event for each item.

use std::collections::BTreeMap;

use ::service::ServiceError;
use clock::Timestamp;
use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, text};
use crate::plan::LogTarget;

pub(super) async fn deliver(delivery: &Delivery<'_>, log: &LogTarget) -> Result<Outcome, Failure> {
    let now = delivery.platform.clock.now().as_millis();
    let mut streams: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    for item in &delivery.items {
        let stream = match &log.stream {
            None => delivery.plan.name.clone(),
            Some(stream) => stream
                .text(&item.source)
                .ok_or_else(|| Failure::new("LogStreamName of the target is a path that finds nothing in the event"))?,
        };
        let at = log.timestamp.as_ref().and_then(|path| millis(&path.value(&item.source)?)).unwrap_or(now);
        streams.entry(stream).or_default().push((at, text(&item.payload)));
    }
    for (stream, mut events) in streams {
        events.sort_by_key(|(at, _)| *at);
        put(delivery, &log.group, &stream, &events).await?;
    }
    Ok(Outcome::Done)
}

/// Milliseconds since the epoch, as a number or text, or a date and time.
fn millis(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => Timestamp::parse_rfc3339(text).map(Timestamp::as_millis).or_else(|| text.parse().ok()),
        other => other.as_i64(),
    }
}

async fn put(delivery: &Delivery<'_>, group: &str, stream: &str, events: &[(i64, String)]) -> Result<(), ServiceError> {
    let events: Vec<Value> = events.iter().map(|(at, text)| json!({"timestamp": at, "message": text})).collect();
    let input = json!({"logGroupName": group, "logStreamName": stream, "logEvents": events});
    let services = &delivery.platform.services;
    match services.call("logs", "PutLogEvents", input.clone()).await {
        Err(missing) if missing.message.contains("log stream") => {
            let made = json!({"logGroupName": group, "logStreamName": stream});
            match services.call("logs", "CreateLogStream", made).await {
                // Another batch made it.
                Err(error) if error.code != "ResourceAlreadyExistsException" => Err(error),
                _ => services.call("logs", "PutLogEvents", input).await.map(drop),
            }
        }
        answer => answer.map(drop),
    }
}
