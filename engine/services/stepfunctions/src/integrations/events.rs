//! `arn:aws:states:::events:putEvents`.

use asl::Payload;
use serde_json::{Map, Value, json};

use super::envelope::{self, Headers};
use super::failure::{EVENTS, Failure};
use super::{Attempt, as_text, payload};

/// Puts the entries on their buses; fails when a single one is refused.
pub(super) async fn put_events(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let mut request = attempt.parameters();
    for entry in request.get_mut("Entries").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(entry) = entry.as_object_mut() else { continue };
        as_text(entry, "Detail");
        let resources = entry.entry("Resources").or_insert_with(|| json!([]));
        if let Some(resources) = resources.as_array_mut() {
            resources.extend([json!(attempt.state_machine_arn), json!(attempt.execution_arn)]);
        }
    }
    let answer = attempt.platform.services.call("events", "PutEvents", Value::Object(request)).await;
    let mut answer = match answer.map_err(|error| EVENTS.failure(&error))? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let failed = answer.entry("FailedEntryCount").or_insert_with(|| json!(0)).as_u64().unwrap_or(0);
    if failed > 0 {
        let entries = answer.get("Entries").cloned().unwrap_or_default();
        let cause = json!({"Entries": entries, "FailedEntryCount": failed});
        return Err(Failure { error: "EventBridge.FailedEntry".to_owned(), cause: cause.to_string() });
    }
    let length = Value::Object(answer.clone()).to_string().len();
    let id = uuid::Uuid::new_v4().to_string();
    let content = ("application/x-amz-json-1.1", length);
    let headers = Headers::new("connection", ("x-amzn-RequestId", &id), content, attempt.platform.clock.now());
    Ok(payload(&envelope::wrap(answer, &headers, 200, &id)))
}
