//! What the three batch operations share.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use crate::error;

/// The input of a batch operation.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Batch {
    pub(super) queue_url: Option<String>,
    #[serde(default)]
    pub(super) entries: Vec<Value>,
}

impl Batch {
    /// The entries with their ids. `kind` is the name of an entry in AWS's model, for the error text.
    pub(super) fn into_entries(self, kind: &str) -> Result<Vec<(String, Value)>, ServiceError> {
        if self.entries.is_empty() {
            return Err(error::empty_batch(kind));
        }
        if self.entries.len() > 10 {
            return Err(error::batch_too_many(self.entries.len()));
        }
        let mut seen = BTreeSet::new();
        let mut entries = Vec::with_capacity(self.entries.len());
        for entry in self.entries {
            let id = entry["Id"].as_str().unwrap_or_default().to_owned();
            let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
            if !(1..=80).contains(&id.len()) || !id.chars().all(allowed) {
                return Err(error::batch_id_invalid());
            }
            if !seen.insert(id.clone()) {
                return Err(error::batch_id_repeated(&id));
            }
            entries.push((id, entry));
        }
        Ok(entries)
    }
}

/// The answer of a batch operation: `{Successful, Failed}`, in the order of the request.
#[derive(Default)]
pub(super) struct Outcome {
    successful: Vec<Value>,
    failed: Vec<Value>,
}

impl Outcome {
    pub(super) fn add(&mut self, id: &str, result: Result<Value, ServiceError>) {
        match result {
            Ok(mut value) => {
                value["Id"] = id.into();
                self.successful.push(value);
            }
            Err(failure) => self.failed.push(json!({
                "Id": id,
                "SenderFault": !failure.is_server_fault(),
                "Code": error::query_code(&failure),
                "Message": failure.message,
            })),
        }
    }

    pub(super) fn into_value(self) -> Value {
        json!({"Successful": self.successful, "Failed": self.failed})
    }
}
