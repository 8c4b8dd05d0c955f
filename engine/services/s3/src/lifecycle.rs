//! Lifecycle rules.

use crate::storage::Storage;

impl Storage {
    pub(crate) async fn apply_lifecycles(&self) {}
}
