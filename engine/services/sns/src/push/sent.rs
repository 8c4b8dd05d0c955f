//! What was pushed, to be read by people and tests; AWS has no such thing.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::ServiceError;
use store::Store;

use super::rows;

/// A push as its platform would have got it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Push {
    /// The id that its publisher was answered.
    pub message_id: String,
    /// RFC 3339, UTC.
    pub sent_at: String,
    /// `APNS`, `GCM`, …
    pub platform: String,
    /// The application's name.
    pub application: String,
    /// The endpoint that it was published to.
    pub endpoint_arn: String,
    /// The device's token.
    pub token: String,
    /// What the platform would have got.
    pub payload: Value,
}

/// Every push, newest first; clones share it.
#[derive(Clone)]
pub struct Pushes {
    pub(crate) store: Store,
}

impl Pushes {
    /// The latest pushes, at most `limit`.
    ///
    /// # Errors
    /// The store's.
    pub async fn latest(&self, limit: usize) -> Result<Vec<Push>, ServiceError> {
        self.store.read(move |connection| rows::pushes(connection, limit)).await
    }

    /// Forgets every push; how many there were.
    ///
    /// # Errors
    /// The store's.
    pub async fn empty(&self) -> Result<usize, ServiceError> {
        self.store.write(|connection| Ok(connection.execute("DELETE FROM sns_pushes", [])?)).await
    }
}
