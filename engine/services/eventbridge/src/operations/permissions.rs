//! PutPermission and RemovePermission.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{parse, required};
use crate::policy::{Policy, statement};
use crate::service::EventBridge;
use crate::{error, names};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    event_bus_name: Option<String>,
    action: Option<String>,
    principal: Option<String>,
    statement_id: Option<String>,
    condition: Option<Value>,
    policy: Option<String>,
    #[serde(default)]
    remove_all_permissions: bool,
}

impl EventBridge {
    pub(crate) async fn put_permission(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let bus = names::bus_of(input.event_bus_name.as_deref());
        let _alone = self.changes.lock().await;
        let mut record = self.registry().bus(bus)?.record.clone();
        record.policy = match input.policy {
            Some(policy) => Policy::parse(&policy)?,
            None => {
                let id = required(input.statement_id, "statementId")?;
                names::check(&id, "statementId", 64, false)?;
                let principal = required(input.principal, "principal")?;
                if principal != "*" && (principal.len() != 12 || !principal.bytes().all(|byte| byte.is_ascii_digit())) {
                    let rule = r"Member must satisfy regular expression pattern: (\d{12}|\*)";
                    return Err(error::constraint(principal, "principal", rule));
                }
                if required(input.action, "action")? != "events:PutEvents" {
                    return Err(ServiceError::validation("Provided value in parameter 'action' is not supported."));
                }
                let arn = names::bus_arn(&self.platform.scope, bus);
                let added = statement(&id, &principal, &arn, input.condition.as_ref());
                Some(Policy::with(record.policy, added))
            }
        };
        record.modified_at = self.platform.clock.now();
        self.put_bus_record(record).await?;
        Ok(json!({}))
    }

    pub(crate) async fn remove_permission(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let bus = names::bus_of(input.event_bus_name.as_deref());
        let _alone = self.changes.lock().await;
        let mut record = self.registry().bus(bus)?.record.clone();
        record.policy = match (record.policy, input.remove_all_permissions) {
            (_, true) => None,
            (None, false) => return Err(error::not_found("EventBus does not have a policy.")),
            (Some(policy), false) => policy.without(&required(input.statement_id, "statementId")?)?,
        };
        record.modified_at = self.platform.clock.now();
        self.put_bus_record(record).await?;
        Ok(json!({}))
    }
}
