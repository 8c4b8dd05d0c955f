//! State machines: each gets the whole batch as its input.

use ::service::Platform;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Delivery, Failure, Outcome, reported};

/// Runs an Express machine to its end and answers its output.
pub(super) async fn run_to_end(platform: &Platform, arn: &str, input: &Value) -> Result<Value, Failure> {
    let input = json!({"stateMachineArn": arn, "input": input.to_string()});
    let answer = platform.services.call("states", "StartSyncExecution", input).await?;
    let text = |member: &str| answer.get(member).and_then(Value::as_str).unwrap_or_default();
    if text("status") != "SUCCEEDED" {
        return Err(Failure::new(format!("{arn} {}: {}: {}", text("status"), text("error"), text("cause"))));
    }
    serde_json::from_str(text("output")).map_err(|_| Failure::new(format!("{arn} has an output that is not JSON")))
}

pub(super) async fn run(delivery: &Delivery<'_>) -> Result<Outcome, Failure> {
    let answer = run_to_end(delivery.platform, &delivery.plan.target.arn, &delivery.payload()).await?;
    reported(&answer, delivery.records)
}

/// Starts an execution and doesn't wait for it. Its name follows from the records, so that a batch that is repeated after
/// a crash doesn't start a second one.
pub(super) async fn start(delivery: &Delivery<'_>) -> Result<Outcome, Failure> {
    let input = json!({
        "stateMachineArn": delivery.plan.target.arn,
        "name": execution_name(delivery),
        "input": delivery.payload().to_string(),
    });
    match delivery.platform.services.call("states", "StartExecution", input).await {
        Ok(_) => Ok(Outcome::Done),
        Err(error) if error.code == "ExecutionAlreadyExists" => Ok(Outcome::Done),
        Err(error) => Err(error.into()),
    }
}

fn execution_name(delivery: &Delivery<'_>) -> String {
    let plan = delivery.plan;
    // A pipe that is deleted and made again is another one, though of the same name.
    let pipe = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}#{}", plan.arn, plan.created_at.as_millis()).as_bytes());
    let ids: Vec<&str> = delivery.records.iter().map(|record| record.id.as_str()).collect();
    Uuid::new_v5(&pipe, ids.join(" ").as_bytes()).to_string()
}
