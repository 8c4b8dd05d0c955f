//! Doubles of Lambda functions.

use asl::{Payload, ResourceKind, Task, Value};
use serde_json::json;

use super::Answer;

/// No task is expected.
pub fn none(_: &Task) -> Answer {
    Answer::Silent
}

/// Echoes the payload.
pub fn echo(task: &Task) -> Answer {
    lambda(task, &|payload| Ok(payload.to_text()))
}

/// What a function makes of its payload: JSON text, or error type and cause.
pub type Function<'a> = dyn Fn(&Value) -> Result<String, (String, String)> + 'a;

/// Answers as Lambda does, called by its ARN or through `lambda:invoke`.
pub fn lambda(task: &Task, function: &Function<'_>) -> Answer {
    match &task.resource.kind {
        ResourceKind::Lambda => match function(task.parameters.value()) {
            Ok(text) => Answer::Succeeds(Payload::parse(&text).expect("functions answer JSON")),
            Err((error, cause)) => Answer::Fails { error, cause: Some(cause) },
        },
        _ => {
            let given = task.parameters.value().get("Payload").cloned();
            // A string that holds JSON is taken for the payload's text.
            let parsed = given.as_ref().and_then(Value::as_str).and_then(|text| Value::parse(text).ok());
            let payload = parsed.or(given).unwrap_or_else(|| Value::object(asl::Object::new()));
            match function(&payload) {
                Ok(text) => Answer::Succeeds(envelope(&text)),
                Err((error, cause)) => Answer::Fails { error, cause: Some(cause) },
            }
        }
    }
}

fn envelope(text: &str) -> Payload {
    let payload: serde_json::Value = serde_json::from_str(text).expect("functions answer JSON");
    let length = text.len().to_string();
    let id = "00000000-0000-4000-8000-000000000000";
    let answer = json!({
        "ExecutedVersion": "$LATEST",
        "Payload": payload,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {
                "X-Amz-Executed-Version": ["$LATEST"], "x-amzn-Remapped-Content-Length": ["0"],
                "Connection": ["keep-alive"], "x-amzn-RequestId": [id], "Content-Length": [length], "Date": ["date"],
                "X-Amzn-Trace-Id": ["trace"], "Content-Type": ["application/json"]
            },
            "HttpHeaders": {
                "Connection": "keep-alive", "Content-Length": length, "Content-Type": "application/json",
                "Date": "date", "X-Amz-Executed-Version": "$LATEST", "x-amzn-Remapped-Content-Length": "0",
                "x-amzn-RequestId": id, "X-Amzn-Trace-Id": "trace"
            },
            "HttpStatusCode": 200
        },
        "SdkResponseMetadata": {"RequestId": id},
        "StatusCode": 200
    });
    Payload::parse(&answer.to_string()).expect("valid")
}
