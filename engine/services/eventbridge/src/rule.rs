//! A rule: a pattern and the targets of what matches it.

use std::collections::BTreeMap;
use std::sync::Arc;

use event_pattern::Pattern;
use serde::{Deserialize, Serialize};
use service::{Scope, ServiceError};

use crate::bus::Tags;
use crate::names;
use crate::target::Target;

/// What is kept of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RuleRecord {
    pub(crate) bus: String,
    pub(crate) name: String,
    pub(crate) event_pattern: Option<String>,
    pub(crate) state: String,
    pub(crate) description: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) managed_by: Option<String>,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A rule with its targets by id.
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) record: RuleRecord,
    pub(crate) arn: String,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) targets: BTreeMap<String, Arc<Target>>,
}

impl Rule {
    /// A rule without targets.
    ///
    /// # Errors
    /// AWS's, when the pattern isn't one.
    pub(crate) fn new(record: RuleRecord, scope: &Scope) -> Result<Self, ServiceError> {
        let pattern = record.event_pattern.as_deref().map(pattern).transpose()?;
        let arn = names::rule_arn(scope, &record.bus, &record.name);
        Ok(Self { record, arn, pattern, targets: BTreeMap::new() })
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.record.state != "DISABLED"
    }
}

/// Reads a pattern.
///
/// # Errors
/// `InvalidEventPatternException` with AWS's text.
pub(crate) fn pattern(text: &str) -> Result<Pattern, ServiceError> {
    Pattern::parse(text).map_err(|invalid| ServiceError::client("InvalidEventPatternException", invalid.to_string()))
}
