//! What optimized integrations add to a service's answer: the HTTP headers of the call, as AWS's SDK for Java tells them.

use clock::Timestamp;
use serde_json::{Map, Value, json};

/// The headers of an answer, in the order of their names.
pub(super) struct Headers(Vec<(&'static str, String)>);

impl Headers {
    /// What every answer has. Services differ in how they spell the headers' names.
    pub(super) fn new(
        connection: &'static str,
        request_id: (&'static str, &str),
        content: (&str, usize),
        at: Timestamp,
    ) -> Self {
        Self(vec![
            (connection, "keep-alive".to_owned()),
            (request_id.0, request_id.1.to_owned()),
            ("Content-Length", content.1.to_string()),
            ("Date", http_date(at)),
            ("Content-Type", content.0.to_owned()),
        ])
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }
}

/// Adds `SdkHttpMetadata` and `SdkResponseMetadata` to an answer, and sorts its members as AWS does.
pub(super) fn wrap(answer: Map<String, Value>, headers: &Headers, status: u16, request_id: &str) -> Value {
    let all: Map<String, Value> = headers.0.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
    let mut sorted: Vec<_> = headers.0.iter().collect();
    sorted.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    let one: Map<String, Value> = sorted.into_iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut members: Vec<(String, Value)> = answer.into_iter().collect();
    members.push((
        "SdkHttpMetadata".to_owned(),
        json!({"AllHttpHeaders": all, "HttpHeaders": one, "HttpStatusCode": status}),
    ));
    members.push(("SdkResponseMetadata".to_owned(), json!({"RequestId": request_id})));
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    Value::Object(members.into_iter().collect())
}

/// `Fri, 20 Nov 2026 21:08:23 GMT`
pub(super) fn http_date(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|moment| moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}
