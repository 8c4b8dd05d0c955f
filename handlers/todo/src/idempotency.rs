//! What makes a request that comes twice answer the same and act once.

use events::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::TodoError;
use crate::domain::Todo;

/// How many characters an idempotency key may have.
pub(crate) const KEY_LIMIT: usize = 256;

/// How long a result is remembered.
const REMEMBERED_SECONDS: i64 = 24 * 60 * 60;

/// A caller's name for a request: requests of the same name are the same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`TodoError::InvalidIdempotencyKey`].
    pub(crate) fn parse(text: &str) -> Result<Self, TodoError> {
        let characters = text.chars().count();
        if characters == 0 || characters > KEY_LIMIT {
            return Err(TodoError::InvalidIdempotencyKey { characters });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request: its key, and a hash by which another request under the same key is recognised.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) key: IdempotencyKey,
    input_hash: String,
}

impl Request {
    /// The request for `operation` with `input`, which is everything the caller gave except the key.
    pub(crate) fn new(operation: &str, key: &str, input: &impl Serialize) -> Result<Self, TodoError> {
        let key = IdempotencyKey::parse(key)?;
        let input = serde_json::to_string(&(operation, input)).expect("inputs are plain data with text keys");
        let input_hash = Sha256::digest(input).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { key, input_hash })
    }

    /// What to remember once the request has made `result`.
    pub(crate) fn record(&self, result: &Todo, now: Timestamp) -> Record {
        Record {
            key: self.key.as_str().to_owned(),
            input_hash: self.input_hash.clone(),
            result: serde_json::to_string(result).expect("a todo is plain data with text keys"),
            expires_at: now.as_epoch_seconds() + REMEMBERED_SECONDS,
        }
    }

    /// The answer that `record` remembers for this request.
    pub(crate) fn answer(&self, record: &Record) -> Result<Todo, TodoError> {
        if record.input_hash != self.input_hash {
            return Err(TodoError::IdempotencyMismatch { key: record.key.clone() });
        }
        serde_json::from_str(&record.result)
            .map_err(|error| TodoError::InvalidRecord(format!("result of key {:?}: {error}", record.key)))
    }
}

/// An item of the idempotency table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) key: String,
    input_hash: String,
    result: String,
    /// Seconds since the epoch; DynamoDB deletes the item some time after it.
    pub(crate) expires_at: i64,
}

impl Record {
    /// DynamoDB may take days to delete an expired item, so readers have to look.
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at < now.as_epoch_seconds()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{NewTodo, create};

    fn now() -> Timestamp {
        "2026-11-21T08:00:00Z".parse().expect("a moment")
    }

    fn todo() -> Todo {
        let new = NewTodo { title: "a".to_owned(), notes: None, due_at: None };
        create(&new, "1".to_owned(), now()).expect("valid")
    }

    #[test]
    fn the_same_request_is_answered_from_its_record() {
        let request = || Request::new("create", "k", &json!({"title": "a"})).expect("a key");
        assert_eq!(request().answer(&request().record(&todo(), now())), Ok(todo()));
    }

    #[test]
    fn another_input_or_operation_under_the_same_key_is_a_mismatch() {
        let record = Request::new("complete", "k", &json!({"id": "1"})).expect("a key").record(&todo(), now());
        for (operation, input) in [("complete", json!({"id": "2"})), ("delete", json!({"id": "1"}))] {
            let request = Request::new(operation, "k", &input).expect("a key");
            assert_eq!(request.answer(&record), Err(TodoError::IdempotencyMismatch { key: "k".to_owned() }));
        }
    }

    #[test]
    fn a_key_has_1_to_256_characters() {
        for (length, accepted) in [(0, false), (1, true), (256, true), (257, false)] {
            assert_eq!(IdempotencyKey::parse(&"k".repeat(length)).is_ok(), accepted, "{length}");
        }
    }

    #[test]
    fn a_record_expires_after_a_day() {
        let record = Request::new("create", "k", &json!({})).expect("a key").record(&todo(), now());
        assert!(!record.is_expired("2026-11-22T08:00:00Z".parse().expect("a moment")));
        assert!(record.is_expired("2026-11-22T08:00:01Z".parse().expect("a moment")));
    }
}
