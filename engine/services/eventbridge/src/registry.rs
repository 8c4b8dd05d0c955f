//! Everything that was declared: buses with their rules, archives, and the replays.

use std::collections::BTreeMap;
use std::sync::Arc;

use service::ServiceError;

use crate::archive::Archive;
use crate::bus::Bus;
use crate::error;
use crate::replay::Replay;
use crate::rule::Rule;

/// Everything that was declared. Changes are written to the store first and applied here after.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) buses: BTreeMap<String, Bus>,
    pub(crate) archives: BTreeMap<String, Archive>,
    pub(crate) replays: BTreeMap<String, Replay>,
}

impl Registry {
    pub(crate) fn bus(&self, name: &str) -> Result<&Bus, ServiceError> {
        self.buses.get(name).ok_or_else(|| error::no_such_bus(name))
    }

    pub(crate) fn rule(&self, bus: &str, rule: &str) -> Result<Arc<Rule>, ServiceError> {
        self.bus(bus)?.rules().get(rule).cloned().ok_or_else(|| error::no_such_rule(rule, bus))
    }

    pub(crate) fn archive(&self, name: &str) -> Result<&Archive, ServiceError> {
        self.archives.get(name).ok_or_else(|| error::no_such_archive(name))
    }

    pub(crate) fn replay(&self, name: &str) -> Result<&Replay, ServiceError> {
        self.replays.get(name).ok_or_else(|| error::no_such_replay(name))
    }

    /// Puts a rule into its bus.
    pub(crate) fn put_rule(&mut self, rule: Rule) {
        if let Some(bus) = self.buses.get_mut(&rule.record.bus) {
            bus.put(rule);
        }
    }
}
