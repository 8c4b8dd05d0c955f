//! Which records a consumer takes.

use event_pattern::{Event, InvalidPattern, Pattern};
use serde_json::Value;

/// Filters: a record has to match one of them, or any when there are none.
#[derive(Debug, Default)]
pub struct Filters(Vec<Pattern>);

impl Filters {
    /// Reads event patterns over single records.
    ///
    /// # Errors
    /// What is wrong with the first that is no pattern.
    pub fn parse<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidPattern> {
        Ok(Self(patterns.into_iter().map(Pattern::parse).collect::<Result<_, _>>()?))
    }

    /// Whether a record is let through.
    pub fn accept(&self, record: &Value) -> bool {
        if self.0.is_empty() {
            return true;
        }
        // A filter may look into a body that is JSON; a body that is other text is compared as it is.
        let body = record.get("body").and_then(Value::as_str);
        let parsed = body.and_then(|body| serde_json::from_str::<Value>(body).ok());
        let event = match parsed.filter(|parsed| parsed.is_object() || parsed.is_array()) {
            Some(parsed) => {
                let mut decoded = record.clone();
                decoded["body"] = parsed;
                Event::from_value(&decoded)
            }
            None => Event::from_value(record),
        };
        // A record that is too deep for the filters matches none of them.
        event.is_ok_and(|event| self.0.iter().any(|pattern| pattern.matches(&event)))
    }
}
