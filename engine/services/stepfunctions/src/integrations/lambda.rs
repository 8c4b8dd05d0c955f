//! Lambda functions: `arn:aws:states:::lambda:invoke`, and a function's own ARN as a resource.

use asl::Payload;
use serde_json::{Map, Value, json};

use super::envelope::{self, Headers};
use super::failure::{Failure, LAMBDA};
use super::{Attempt, payload};

/// A function's own ARN: the input is the payload, the payload is the result.
pub(super) async fn call_function(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let request = json!({
        "FunctionName": &*attempt.task.resource.arn,
        "InvocationType": "RequestResponse",
        "Payload": attempt.task.parameters.to_json(),
    });
    let answer = invoke_function(attempt, request).await?;
    Ok(payload(answer.get("Payload").unwrap_or(&Value::Null)))
}

/// `lambda:invoke`
pub(super) async fn invoke(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let mut request = match attempt.task.parameters.to_json() {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    request.entry("InvocationType").or_insert_with(|| json!("RequestResponse"));
    request.entry("Payload").or_insert_with(|| json!({}));
    let answer = invoke_function(attempt, Value::Object(request)).await?;
    let version = answer.get("ExecutedVersion").and_then(Value::as_str).unwrap_or("$LATEST").to_owned();
    let status = answer.get("StatusCode").and_then(Value::as_u64).unwrap_or(200);
    let result = answer.get("Payload").cloned();
    let length = result.as_ref().map_or(0, |result| asl::Value::from(result).to_text().len());
    let mut members = Map::new();
    members.insert("ExecutedVersion".to_owned(), json!(version));
    if let Some(result) = result {
        members.insert("Payload".to_owned(), result);
    }
    members.insert("StatusCode".to_owned(), json!(status));
    let id = uuid::Uuid::new_v4().to_string();
    let now = attempt.platform.clock.now();
    let headers = Headers::new("Connection", ("x-amzn-RequestId", &id), ("application/json", length), now)
        .with("X-Amz-Executed-Version", version)
        .with("x-amzn-Remapped-Content-Length", "0")
        .with("X-Amzn-Trace-Id", trace_id(now.as_millis() / 1000));
    let code = u16::try_from(status).unwrap_or(200);
    Ok(payload(&envelope::wrap(members, &headers, code, &id)))
}

/// Invokes; an error that the function itself ended with becomes the task's error under the name the function gave it.
async fn invoke_function(attempt: &Attempt<'_>, request: Value) -> Result<Value, Failure> {
    let answer = attempt.platform.services.call("lambda", "Invoke", request).await;
    let answer = answer.map_err(|error| LAMBDA.failure(&error))?;
    if answer.get("FunctionError").is_none_or(Value::is_null) {
        return Ok(answer);
    }
    let told = answer.get("Payload").unwrap_or(&Value::Null);
    let text = asl::Value::from(told).to_text();
    Err(match told.get("errorType").and_then(Value::as_str) {
        Some(error) => Failure { error: error.to_owned(), cause: text },
        None => Failure {
            error: "Lambda.Unknown".to_owned(),
            cause: format!(
                "The cause could not be determined because Lambda did not return an error type. Returned payload: {text}"
            ),
        },
    })
}

fn trace_id(seconds: i64) -> String {
    let root = uuid::Uuid::new_v4().simple().to_string();
    let parent = uuid::Uuid::new_v4().simple().to_string();
    format!("root=1-{seconds:08x}-{};parent={};sampled=0;lineage=1:{}:0", &root[..24], &parent[..16], &parent[16..24])
}
