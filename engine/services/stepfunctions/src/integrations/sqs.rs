//! `arn:aws:states:::sqs:sendMessage`.

use asl::Payload;
use serde_json::{Map, Value};

use super::envelope::{self, Headers};
use super::failure::{Failure, SQS};
use super::{Attempt, as_text, payload};

pub(super) async fn send_message(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let mut request = attempt.parameters();
    as_text(&mut request, "MessageBody");
    let answer = attempt.platform.services.call("sqs", "SendMessage", Value::Object(request)).await;
    let answer = match answer.map_err(|error| SQS.failure(&error))? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let length = Value::Object(answer.clone()).to_string().len();
    let id = uuid::Uuid::new_v4().to_string();
    let content = ("application/x-amz-json-1.0", length);
    let headers = Headers::new("connection", ("x-amzn-RequestId", &id), content, attempt.platform.clock.now());
    Ok(payload(&envelope::wrap(answer, &headers, 200, &id)))
}
