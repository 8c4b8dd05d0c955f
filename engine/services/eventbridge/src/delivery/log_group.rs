//! CloudWatch log groups as targets: each event is a log event.

use clock::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Failure;
use crate::rule::Rule;
use crate::service::EventBridge;

impl EventBridge {
    /// Writes what a target gets of an event to a log group; each rule has a stream of its own.
    pub(super) async fn log(&self, group: &str, rule: &Rule, input: String) -> Result<(), Failure> {
        let stream = Uuid::new_v5(&Uuid::NAMESPACE_URL, rule.arn.as_bytes()).to_string();
        let (timestamp, message) = log_event(input, self.platform.clock.now());
        let events = json!([{"timestamp": timestamp, "message": message}]);
        let call = json!({"logGroupName": group, "logStreamName": stream, "logEvents": events});
        let services = &self.platform.services;
        match services.call("logs", "PutLogEvents", call.clone()).await {
            Err(missing) if missing.message.contains("log stream") => {
                let made = json!({"logGroupName": group, "logStreamName": stream});
                match services.call("logs", "CreateLogStream", made).await {
                    // Another delivery made it.
                    Err(error) if error.code != "ResourceAlreadyExistsException" => return Err(error.into()),
                    _ => drop(services.call("logs", "PutLogEvents", call).await?),
                }
            }
            answer => drop(answer?),
        }
        Ok(())
    }
}

/// Time and text of a log event: those that a template gives as `timestamp` and `message`, else the moment and all of it.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html>
fn log_event(input: String, now: Timestamp) -> (i64, String) {
    let given = || {
        let value: Value = serde_json::from_str(&input).ok()?;
        let members = value.as_object().filter(|members| members.len() == 2)?;
        let message = match members.get("message")? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let timestamp = match members.get("timestamp")? {
            Value::String(text) => {
                Timestamp::parse_rfc3339(text).map(Timestamp::as_millis).or_else(|| text.parse().ok())
            }
            other => other.as_i64(),
        };
        Some((timestamp?, message))
    };
    given().unwrap_or((now.as_millis(), input))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_can_give_time_and_text() {
        let now = Timestamp::from_millis(7);
        let of = |input: &str| log_event(input.to_owned(), now);
        assert_eq!(of(r#"{"timestamp":5,"message":"a"}"#), (5, "a".to_owned()));
        assert_eq!(of(r#"{"timestamp":"1970-01-01T00:00:01Z","message":{"b":1}}"#), (1000, r#"{"b":1}"#.to_owned()));
        assert_eq!(of(r#"{"message":"a"}"#), (7, r#"{"message":"a"}"#.to_owned()));
    }
}
