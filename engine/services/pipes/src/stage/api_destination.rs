//! API destinations: each gets a request for each item, or answers one with what enriches a batch.

use ::service::Platform;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use event_pattern::Parameters;
use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, text};

/// Asks an API destination and reads its answer as JSON; an empty one is nothing.
///
/// Paths among the parameters find what they name in `record`.
pub(super) async fn ask(
    platform: &Platform,
    arn: &str,
    parameters: Option<&Parameters>,
    record: &Value,
    input: &Value,
) -> Result<Value, Failure> {
    let parameters = parameters.map(|parameters| parameters.resolve(record));
    let answer = send(platform, arn, parameters, input.to_string()).await?;
    match BASE64_STANDARD.decode(answer["Body"].as_str().unwrap_or_default()).unwrap_or_default().as_slice() {
        [] => Ok(Value::Null),
        body => serde_json::from_slice(body).map_err(|_| Failure::new(format!("{arn} answered what is not JSON"))),
    }
}

pub(super) async fn deliver(delivery: &Delivery<'_>, parameters: Option<&Parameters>) -> Result<Outcome, Failure> {
    let arn = &delivery.plan.target.arn;
    let (mut failed, mut reason) = (Vec::new(), String::new());
    for (index, item) in delivery.items.iter().enumerate() {
        let parameters = parameters.map(|parameters| parameters.resolve(&item.source));
        if let Err(failure) = send(delivery.platform, arn, parameters, text(&item.payload)).await {
            failed.push(index);
            reason = failure.reason;
        }
    }
    Ok(delivery.outcome(failed, reason))
}

async fn send(platform: &Platform, arn: &str, parameters: Option<Value>, body: String) -> Result<Value, Failure> {
    let mut input = json!({"Arn": arn, "Body": body});
    if let Some(parameters) = parameters {
        input["HttpParameters"] = parameters;
    }
    platform.services.call("events", "InvokeApiDestination", input).await.map_err(|error| {
        // What answers here is the web address, not the engine: its faults count as attempts.
        Failure::new(format!("{arn} failed: {error}"))
    })
}
