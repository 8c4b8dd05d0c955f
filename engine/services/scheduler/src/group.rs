//! A group of schedules: what carries tags, and what is deleted with all that is in it.

use std::collections::BTreeMap;

use ::service::Scope;
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::names;

/// A group as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) tags: BTreeMap<String, String>,
    /// The token of the call that made it: the same call again makes no other.
    pub(crate) client_token: Option<String>,
}

impl Group {
    /// As GetScheduleGroup and ListScheduleGroups tell it.
    pub(crate) fn describe(&self, scope: &Scope) -> Value {
        json!({
            "Arn": names::group_arn(scope, &self.name),
            "CreationDate": self.created_at.as_epoch_seconds(),
            "LastModificationDate": self.modified_at.as_epoch_seconds(),
            "Name": self.name,
            "State": "ACTIVE",
        })
    }
}
