//! An archive, and the managed rule that fills it.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use service::{Scope, ServiceError};

use crate::names;
use crate::rule::{Rule, RuleRecord};
use crate::target::Target;

/// Who manages the rules of archives.
pub(crate) const MANAGER: &str = "prod.vhs.events.aws.internal";

/// What is kept of an archive, but for its counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archive {
    /// The number that its events carry; a later archive of the same name has another.
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) bus: String,
    pub(crate) description: Option<String>,
    pub(crate) event_pattern: Option<String>,
    pub(crate) retention_days: u32,
    pub(crate) created_at: Timestamp,
}

impl Archive {
    pub(crate) fn rule_name(&self) -> String {
        format!("Events-Archive-{}", self.name)
    }

    /// The rule on its bus that has this archive as its target.
    pub(crate) fn rule(&self, scope: &Scope) -> Result<Rule, ServiceError> {
        let record = RuleRecord {
            bus: self.bus.clone(),
            name: self.rule_name(),
            event_pattern: Some(self.rule_pattern()?),
            state: "ENABLED".to_owned(),
            managed_by: Some(MANAGER.to_owned()),
            ..RuleRecord::default()
        };
        let mut rule = Rule::new(record, scope)?;
        let target = Target::new(json!({"Id": self.rule_name(), "Arn": names::archive_arn(scope, &self.name)}))?;
        rule.targets.insert(target.id.clone(), target.into());
        Ok(rule)
    }

    /// The archive's pattern and that the event is no replayed one: so a replay is never archived again.
    fn rule_pattern(&self) -> Result<String, ServiceError> {
        let mut pattern: Map<String, Value> = match &self.event_pattern {
            None => Map::new(),
            Some(text) => {
                crate::rule::pattern(text)?;
                serde_json::from_str(text).map_err(|failure| {
                    ServiceError::client(
                        "InvalidEventPatternException",
                        format!("Event pattern is not valid. Reason: {failure}"),
                    )
                })?
            }
        };
        pattern.insert("replay-name".to_owned(), json!([{"exists": false}]));
        Ok(Value::Object(pattern).to_string())
    }
}
