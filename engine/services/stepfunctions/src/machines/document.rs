//! What is kept of a state machine.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use clock::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::ServiceError;

pub(crate) use asl::Kind;

/// A state machine. Its definition is in its revisions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StateMachine {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) created_at: Timestamp,
    /// The number of the current revision.
    pub(crate) revision: i64,
    /// Versions are numbered on even when earlier ones are deleted.
    pub(crate) next_version: u64,
    pub(crate) versions: BTreeMap<u64, Version>,
    pub(crate) aliases: BTreeMap<String, Alias>,
    pub(crate) tags: Vec<(String, String)>,
}

/// A published revision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) description: Option<String>,
}

/// A name for one or two versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Alias {
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) description: Option<String>,
    /// Versions and their weights, which add up to 100.
    pub(crate) routes: Vec<(u64, u64)>,
}

/// An immutable state of a machine: what executions run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revision {
    #[serde(skip)]
    pub(crate) id: i64,
    /// AWS's id; the first revision has none.
    pub(crate) revision_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) definition: String,
    pub(crate) role_arn: String,
    pub(crate) logging: Value,
    pub(crate) tracing: bool,
    #[serde(skip)]
    parsed: OnceLock<Arc<asl::Machine>>,
}

impl StateMachine {
    pub(crate) fn version_arn(&self, number: u64) -> String {
        format!("{}:{number}", self.arn)
    }

    pub(crate) fn alias_arn(&self, name: &str) -> String {
        format!("{}:{name}", self.arn)
    }

    /// Publishes the current revision, or answers the version that it already is.
    pub(crate) fn publish(&mut self, description: Option<String>, now: Timestamp) -> u64 {
        let newest = self.versions.iter().next_back();
        if let Some((number, version)) = newest
            && version.revision == self.revision
        {
            return *number;
        }
        let number = self.next_version;
        self.next_version += 1;
        self.versions.insert(number, Version { revision: self.revision, created_at: now, description });
        number
    }

    /// Puts the number that the store gave to a new revision in the place of a provisional one.
    pub(crate) fn adopt(&mut self, provisional: i64, number: i64) {
        self.revision = number;
        for version in self.versions.values_mut().filter(|version| version.revision == provisional) {
            version.revision = number;
        }
    }
}

impl Alias {
    /// The version that serves an execution; any two chances are equally likely.
    pub(crate) fn route(&self, chance: u64) -> u64 {
        let mut point = chance % 100;
        for (version, weight) in &self.routes {
            if point < *weight {
                return *version;
            }
            point -= weight;
        }
        self.routes.last().map_or(0, |(version, _)| *version)
    }
}

impl Revision {
    pub(crate) fn new(
        definition: String,
        machine: Arc<asl::Machine>,
        role_arn: String,
        logging: Value,
        tracing: bool,
    ) -> Self {
        Self {
            id: 0,
            revision_id: None,
            created_at: Timestamp::default(),
            definition,
            role_arn,
            logging,
            tracing,
            parsed: OnceLock::from(machine),
        }
    }

    /// The parsed machine. An earlier version of the engine may have accepted what this one would refuse.
    pub(crate) fn machine(&self) -> Result<Arc<asl::Machine>, ServiceError> {
        if let Some(machine) = self.parsed.get() {
            return Ok(Arc::clone(machine));
        }
        let machine = asl::Machine::parse_accepted(&self.definition)
            .map_err(|invalid| ServiceError::server("InternalFailure", invalid.to_string()))?;
        Ok(Arc::clone(self.parsed.get_or_init(|| Arc::new(machine))))
    }
}

impl Revision {
    /// Whether creating the machine as `other` would be the same request once more: another role is no difference.
    pub(crate) fn is_what_was_created(&self, other: &Self) -> bool {
        (&self.definition, &self.logging, self.tracing) == (&other.definition, &other.logging, other.tracing)
    }

    /// Whether an update to `other` changes nothing.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.role_arn == other.role_arn && self.is_what_was_created(other)
    }

    /// The member `variableReferences` of descriptions, where the definition has any.
    pub(crate) fn variable_references(&self) -> Option<(String, Value)> {
        let references = self.machine().ok()?.variable_references();
        let by_state: serde_json::Map<String, Value> = references
            .into_iter()
            .map(|(state, names)| (state.to_string(), names.iter().map(|name| Value::from(&**name)).collect()))
            .collect();
        (!by_state.is_empty()).then(|| ("variableReferences".to_owned(), Value::Object(by_state)))
    }
}

pub(super) fn read<T: DeserializeOwned>(document: &str) -> Result<T, ServiceError> {
    serde_json::from_str(document).map_err(|error| {
        ServiceError::server("InternalFailure", format!("the store holds a damaged document: {error}"))
    })
}

pub(super) fn read_revision(id: i64, document: &str) -> Result<Revision, ServiceError> {
    Ok(Revision { id, ..read(document)? })
}

pub(super) fn write(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("documents are plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_splits_chances_by_weight() {
        let alias = Alias {
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
            description: None,
            routes: vec![(1, 90), (2, 10)],
        };
        let second = (0..1000).filter(|chance| alias.route(*chance) == 2).count();
        assert_eq!(second, 100);
    }
}
