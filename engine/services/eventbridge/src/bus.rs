//! A bus and its rules in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use event_pattern::{MalformedEvent, Matcher};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::policy::Policy;
use crate::rule::Rule;

/// Tags of a bus or a rule.
pub(crate) type Tags = BTreeMap<String, String>;

/// What is kept of a bus.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct BusRecord {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kms_key_identifier: Option<String>,
    pub(crate) dead_letter_config: Option<Value>,
    pub(crate) log_config: Option<Value>,
    #[serde(default)]
    pub(crate) policy: Option<Policy>,
    #[serde(default)]
    pub(crate) tags: Tags,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

/// A bus with its rules.
pub(crate) struct Bus {
    pub(crate) record: BusRecord,
    rules: BTreeMap<String, Arc<Rule>>,
    /// The patterns of the enabled rules, by rule.
    matcher: Matcher<String>,
}

impl Bus {
    pub(crate) fn new(record: BusRecord) -> Self {
        Self { record, rules: BTreeMap::new(), matcher: Matcher::new() }
    }

    pub(crate) fn rules(&self) -> &BTreeMap<String, Arc<Rule>> {
        &self.rules
    }

    /// Adds a rule, or puts it in the place of the one of that name.
    pub(crate) fn put(&mut self, rule: Rule) {
        let name = rule.record.name.clone();
        match &rule.pattern {
            Some(pattern) if rule.is_enabled() => self.matcher.add(name.clone(), pattern.clone()),
            _ => {
                self.matcher.remove(&name);
            }
        }
        self.rules.insert(name, Arc::new(rule));
    }

    pub(crate) fn remove(&mut self, rule: &str) {
        self.matcher.remove(&rule.to_owned());
        self.rules.remove(rule);
    }

    /// The enabled rules whose pattern matches the event of that text, by name.
    ///
    /// # Errors
    /// The text is no event.
    pub(crate) fn matching(&self, event: &str) -> Result<Vec<Arc<Rule>>, MalformedEvent> {
        let names = self.matcher.matching_text(event)?;
        Ok(names.iter().filter_map(|name| self.rules.get(name).cloned()).collect())
    }
}
