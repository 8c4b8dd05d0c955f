//! What a deployment did.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

/// What a deployment did.
#[derive(Clone, Debug, Default)]
pub struct DeployReport {
    /// Every resource of every stack, in the order in which they were dealt with.
    pub resources: Vec<ResourceReport>,
    /// The outputs of each stack.
    pub outputs: BTreeMap<String, BTreeMap<String, Value>>,
    /// What was left aside in a template as a whole.
    pub notes: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// What became of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceReport {
    /// `Sluicegate-Data`
    pub stack: String,
    /// Its key in the template.
    pub logical_id: String,
    /// `AWS::DynamoDB::Table`
    pub resource_type: String,
    /// What `Ref` gives; empty for what was skipped.
    pub physical_id: String,
    /// What was done.
    pub outcome: Outcome,
    /// What of it has no effect here, or why it was skipped.
    pub notes: Vec<String>,
}

/// What was done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was changed.
    Updated,
    /// A new one took its place.
    Replaced,
    /// It was as it should be.
    Unchanged,
    /// It has no effect on one machine and was only taken note of.
    Declared,
    /// The engine lacks its type, or something it uses.
    Skipped,
    /// It is gone, as the template no longer has it.
    Deleted,
    /// The template no longer has it, and its policy is to keep it.
    Retained,
}

impl DeployReport {
    /// How many resources had this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.resources.iter().filter(|resource| resource.outcome == outcome).count()
    }

    /// A resource of a stack.
    pub fn resource(&self, stack: &str, logical_id: &str) -> Option<&ResourceReport> {
        self.resources.iter().find(|resource| resource.stack == stack && resource.logical_id == logical_id)
    }
}
