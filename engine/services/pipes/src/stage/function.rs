//! Functions: each gets the whole batch in one call.

use ::service::Platform;
use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, reported};
use crate::plan::Invocation;

/// Invokes the function and waits for its answer.
pub(super) async fn invoke(platform: &Platform, arn: &str, payload: Value) -> Result<Value, Failure> {
    let input = json!({"FunctionName": arn, "InvocationType": "RequestResponse", "Payload": payload});
    let mut answer = platform.services.call("lambda", "Invoke", input).await?;
    match answer.get("FunctionError").and_then(Value::as_str) {
        None => Ok(answer["Payload"].take()),
        Some(kind) => Err(Failure::new(format!("{arn} failed ({kind}): {}", answer["Payload"]))),
    }
}

pub(super) async fn deliver(delivery: &Delivery<'_>, invocation: Invocation) -> Result<Outcome, Failure> {
    let arn = &delivery.plan.target.arn;
    match invocation {
        Invocation::RequestResponse => {
            let answer = invoke(delivery.platform, arn, delivery.payload()).await?;
            reported(&answer, delivery.records)
        }
        Invocation::FireAndForget => {
            let input = json!({"FunctionName": arn, "InvocationType": "Event", "Payload": delivery.payload()});
            delivery.platform.services.call("lambda", "Invoke", input).await?;
            Ok(Outcome::Done)
        }
    }
}
