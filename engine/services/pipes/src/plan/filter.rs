//! Which records a pipe takes.

use ::service::ServiceError;
use event_pattern::{Event, Pattern};
use serde_json::Value;

use super::definition::FilterCriteria;
use crate::error::invalid;

/// The filters of a pipe; a record has to match one of them, or any when there are none.
#[derive(Debug, Default)]
pub(crate) struct Filters(Vec<Pattern>);

impl Filters {
    pub(super) fn of(criteria: Option<&FilterCriteria>) -> Result<Self, ServiceError> {
        let filters = criteria.map_or(&[][..], |criteria| &criteria.filters);
        if filters.len() > 5 {
            return Err(invalid("FilterCriteria", format!("must have at most 5 filters, there are {}", filters.len())));
        }
        let patterns = filters.iter().map(|filter| {
            Pattern::parse(&filter.pattern).map_err(|error| invalid("FilterCriteria", error.to_string()))
        });
        Ok(Self(patterns.collect::<Result<_, _>>()?))
    }

    pub(crate) fn accept(&self, record: &Value) -> bool {
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
