//! Targets of rules.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{Page, parse, required};
use crate::error;
use crate::names;
use crate::rule::Rule;
use crate::service::EventBridge;
use crate::target::{self, Target};

/// AWS's quota of targets per rule.
const MOST_TARGETS: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    rule: Option<String>,
    event_bus_name: Option<String>,
    #[serde(default)]
    targets: Vec<Value>,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    force: bool,
}

impl EventBridge {
    fn rule_of(&self, input: &Input) -> Result<Arc<Rule>, ServiceError> {
        let name = required(input.rule.as_deref(), "rule")?;
        self.registry().rule(names::bus_of(input.event_bus_name.as_deref()), name)
    }

    pub(crate) async fn put_targets(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let _alone = self.changes.lock().await;
        let rule = self.rule_of(&input)?;
        if rule.record.managed_by.is_some() {
            return Err(error::managed(&rule.record.name));
        }
        if input.targets.is_empty() {
            return Err(error::constraint("[]", "targets", "Member must have length greater than or equal to 1"));
        }
        target::check_all(&input.targets, rule.record.role_arn.is_some(), &self.platform.scope)?;
        let mut rule = Rule::clone(&rule);
        for document in input.targets {
            let target = Target::new(document)?;
            rule.targets.insert(target.id.clone(), target.into());
        }
        if rule.targets.len() > MOST_TARGETS {
            return Err(error::limit_exceeded());
        }
        self.keep_rule(rule).await?;
        Ok(json!({"FailedEntryCount": 0, "FailedEntries": []}))
    }

    pub(crate) async fn remove_targets(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let _alone = self.changes.lock().await;
        let rule = self.rule_of(&input)?;
        if rule.record.managed_by.is_some() && !input.force {
            return Err(error::managed(&rule.record.name));
        }
        let mut rule = Rule::clone(&rule);
        let mut failed = Vec::new();
        for id in input.ids {
            if rule.targets.remove(&id).is_none() {
                failed.push(json!({
                    "TargetId": id,
                    "ErrorCode": "ResourceNotFoundException",
                    "ErrorMessage": format!("Rule {} does not have a target with the Id {id}.", rule.record.name),
                }));
            }
        }
        self.keep_rule(rule).await?;
        Ok(json!({"FailedEntryCount": failed.len(), "FailedEntries": failed}))
    }

    pub(crate) fn list_targets_by_rule(&self, input: Value) -> Result<Value, ServiceError> {
        let page = Page::parse(input.clone())?;
        let rule = self.rule_of(&parse(input)?)?;
        let items = rule.targets.iter().map(|(id, target)| (id.clone(), target.document.clone()));
        Ok(page.of("Targets", items))
    }
}
