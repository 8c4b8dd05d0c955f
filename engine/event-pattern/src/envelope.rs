//! What `TestEventPattern` asks of an event beyond being a JSON object.

use serde_json::Value;

use crate::event::Event;

/// An event that `TestEventPattern` doesn't take. It prints AWS's text, the message of a `ValidationException`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Parameter Event is not valid.")]
pub struct InvalidEvent;

/// Reads the event of a `TestEventPattern` call: a JSON object with the fields that AWS requires there. Buses and pipes
/// don't require them.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html>
///
/// # Errors
/// When the text is no JSON object or lacks one of the fields.
pub fn test_event(text: &str) -> Result<Event, InvalidEvent> {
    let value: Value = serde_json::from_str(text).map_err(|_| InvalidEvent)?;
    let required = ["id", "account", "source", "time", "region", "detail-type"];
    if !required.iter().all(|field| value.get(field).is_some()) {
        return Err(InvalidEvent);
    }
    Event::parse(text).map_err(|_| InvalidEvent)
}
