//! Lambda functions: `arn:aws:states:::lambda:invoke`, and a function's own ARN as a resource.

use asl::Payload;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::envelope::{self, Headers};
use super::failure::{Failure, LAMBDA};
use super::{Attempt, payload};
use crate::errors;

/// A function's own ARN: the input is the payload, the payload is the result.
pub(super) async fn call_function(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let request = json!({
        "FunctionName": &*attempt.task.resource.arn,
        "InvocationType": "RequestResponse",
        "Payload": attempt.task.parameters.to_json(),
    });
    let answer = invoke_function(attempt, request).await?;
    if answer.get("FunctionError").is_some_and(Value::is_string) {
        let told = answer.get("Payload").unwrap_or(&Value::Null);
        let text = written(&answer).map_or_else(|| asl::Value::from(told).to_text(), str::to_owned);
        return Err(function_failure(told, text));
    }
    Ok(payload(answer.get("Payload").unwrap_or(&Value::Null)))
}

/// `lambda:invoke`
pub(super) async fn invoke(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let mut request = match attempt.task.parameters.to_json() {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    request.entry("InvocationType").or_insert_with(|| json!("RequestResponse"));
    let event = event_of(request.remove("Payload"))?;
    request.insert("Payload".to_owned(), event);
    let answer = invoke_function(attempt, Value::Object(request)).await?;
    if answer.get("FunctionError").is_some_and(Value::is_string) {
        let told = answer.get("Payload").unwrap_or(&Value::Null);
        return Err(function_failure(told, asl::Value::from(told).to_text()));
    }
    // What is only accepted, or only tried, has run in no version.
    let version = answer.get("ExecutedVersion").and_then(Value::as_str).map(str::to_owned);
    let log = answer.get("LogResult").and_then(Value::as_str).map(str::to_owned);
    let status = answer.get("StatusCode").and_then(Value::as_u64).unwrap_or(200);
    let result = answer.get("Payload").cloned();
    let length = match written(&answer) {
        Some(text) => text.len(),
        None => result.as_ref().map_or(0, |result| asl::Value::from(result).to_text().len()),
    };
    let mut members = Map::new();
    for (name, told) in [("ExecutedVersion", &version), ("LogResult", &log)] {
        if let Some(told) = told {
            members.insert(name.to_owned(), json!(told));
        }
    }
    if let Some(result) = result {
        members.insert("Payload".to_owned(), result);
    }
    members.insert("StatusCode".to_owned(), json!(status));
    let id = uuid::Uuid::new_v4().to_string();
    let now = attempt.platform.clock.now();
    let mut headers = Headers::new("Connection", ("x-amzn-RequestId", &id), ("application/json", length), now)
        .with("x-amzn-Remapped-Content-Length", "0")
        .with("X-Amzn-Trace-Id", trace_id(now.as_millis() / 1000));
    for (name, told) in [("X-Amz-Executed-Version", version), ("X-Amz-Log-Result", log)] {
        if let Some(told) = told {
            headers = headers.with(name, told);
        }
    }
    let code = u16::try_from(status).unwrap_or(200);
    Ok(payload(&envelope::wrap(members, &headers, code, &id)))
}

async fn invoke_function(attempt: &Attempt<'_>, request: Value) -> Result<Value, Failure> {
    let answer = attempt.platform.services.call("lambda", "Invoke", request).await;
    answer.map_err(|error| LAMBDA.failure(&error))
}

/// The event of `lambda:invoke`. AWS's SDK takes `Payload` as bytes, so that text is the event's JSON itself and `null` none.
fn event_of(given: Option<Value>) -> Result<Value, Failure> {
    match given {
        None | Some(Value::Null) => Ok(json!({})),
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|error| {
            let problem = errors::not_json(&text, error).replace("[Source: (String)", "[Source: (byte[])");
            let message =
                format!("Could not parse request body into json: Could not parse payload into json: {problem}");
            LAMBDA.failure(&ServiceError::client("InvalidRequestContentException", message))
        }),
        Some(event) => Ok(event),
    }
}

/// The payload as the function's process wrote it, where that isn't the shortest JSON.
fn written(answer: &Value) -> Option<&str> {
    answer.get("PayloadText").and_then(Value::as_str)
}

/// What the function itself ended with becomes the task's error, under the name the function gave it.
fn function_failure(told: &Value, text: String) -> Failure {
    match told.get("errorType").and_then(Value::as_str) {
        Some(error) => Failure { error: error.to_owned(), cause: text },
        None => Failure {
            error: "Lambda.Unknown".to_owned(),
            cause: format!(
                "The cause could not be determined because Lambda did not return an error type. Returned payload: {text}"
            ),
        },
    }
}

fn trace_id(seconds: i64) -> String {
    let root = uuid::Uuid::new_v4().simple().to_string();
    let parent = uuid::Uuid::new_v4().simple().to_string();
    format!("root=1-{seconds:08x}-{};parent={};sampled=0;lineage=1:{}:0", &root[..24], &parent[..16], &parent[16..24])
}
