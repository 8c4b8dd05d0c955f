//! A rule: a pattern or a schedule, and the targets of what matches or is due.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use event_pattern::Pattern;
use schedule::{Expression, Schedule, Zone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
    #[serde(default)]
    pub(crate) schedule_expression: Option<String>,
    pub(crate) state: String,
    pub(crate) description: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) managed_by: Option<String>,
    #[serde(default)]
    pub(crate) tags: Tags,
    /// Since when it is enabled with this schedule: what a rate is counted from.
    #[serde(default)]
    pub(crate) enabled_at: Timestamp,
}

/// A rule with its targets by id.
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) record: RuleRecord,
    pub(crate) arn: String,
    pub(crate) pattern: Option<Pattern>,
    /// All the sources whose events it matches, where its pattern lists them.
    sources: Option<Vec<String>>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) targets: BTreeMap<String, Arc<Target>>,
}

impl Rule {
    /// A rule without targets.
    ///
    /// # Errors
    /// AWS's, when the pattern or the schedule isn't one.
    pub(crate) fn new(record: RuleRecord, scope: &Scope) -> Result<Self, ServiceError> {
        let pattern = record.event_pattern.as_deref().map(pattern).transpose()?;
        let schedule =
            record.schedule_expression.as_deref().map(|text| schedule(text, record.enabled_at)).transpose()?;
        let arn = names::rule_arn(scope, &record.bus, &record.name);
        let sources = record.event_pattern.as_deref().and_then(sources);
        Ok(Self { record, arn, pattern, sources, schedule, targets: BTreeMap::new() })
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.record.state != "DISABLED"
    }

    /// Whether an event of that source may have an effect: a pattern that lists its sources hears no others.
    pub(crate) fn may_hear(&self, source: &str) -> bool {
        let hears = || self.sources.as_ref().is_none_or(|sources| sources.iter().any(|listed| listed == source));
        self.pattern.is_some() && self.is_enabled() && !self.targets.is_empty() && hears()
    }
}

/// The sources that a pattern lists; `None` when it matches others too.
fn sources(pattern: &str) -> Option<Vec<String>> {
    let pattern: Value = serde_json::from_str(pattern).ok()?;
    pattern["source"].as_array()?.iter().map(|listed| listed.as_str().map(str::to_owned)).collect()
}

/// Reads a schedule; those of rules are in UTC.
fn schedule(text: &str, enabled_at: Timestamp) -> Result<Schedule, ServiceError> {
    let expression = Expression::of_rule(text).map_err(|invalid| ServiceError::validation(invalid.to_string()))?;
    Ok(Schedule::new(expression, Zone::UTC, enabled_at))
}

/// Reads a pattern.
///
/// # Errors
/// `InvalidEventPatternException` with AWS's text.
pub(crate) fn pattern(text: &str) -> Result<Pattern, ServiceError> {
    Pattern::parse(text).map_err(|invalid| ServiceError::client("InvalidEventPatternException", invalid.to_string()))
}
