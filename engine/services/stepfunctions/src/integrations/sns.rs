//! `arn:aws:states:::sns:publish`.

use asl::Payload;
use serde_json::{Map, Value};

use super::envelope::{self, Headers};
use super::failure::{Failure, SNS};
use super::{Attempt, as_text, payload};

/// The namespace of SNS's answers, which are XML: it counts for their length.
const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

pub(super) async fn publish(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let mut request = attempt.parameters();
    as_text(&mut request, "Message");
    let answer = attempt.platform.services.call("sns", "Publish", Value::Object(request)).await;
    let answer = match answer.map_err(|error| SNS.failure(&error))? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let id = uuid::Uuid::new_v4().to_string();
    let content = ("text/xml", length(&answer, &id));
    let headers = Headers::new("connection", ("x-amzn-RequestId", &id), content, attempt.platform.clock.now());
    Ok(payload(&envelope::wrap(answer, &headers, 200, &id)))
}

/// How many bytes the answer has as AWS spells it.
fn length(answer: &Map<String, Value>, request_id: &str) -> usize {
    let result: String = answer
        .iter()
        .map(|(name, value)| format!("    <{name}>{}</{name}>\n", value.as_str().unwrap_or_default()))
        .collect();
    format!(
        "<PublishResponse xmlns=\"{NAMESPACE}\">\n  <PublishResult>\n{result}  </PublishResult>\n  <ResponseMetadata>\n    \
         <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n</PublishResponse>\n"
    )
    .len()
}
