//! A function's resource policy: recorded, not enforced, for everybody here is the account's root.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::ServiceError;

use crate::error::{conflict, invalid, not_found};

/// The statements of a function's policy.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Policy(Vec<Value>);

impl Policy {
    /// Adds the statement that `AddPermission` describes, and returns it.
    ///
    /// # Errors
    /// A member is missing, or the statement's id is in use.
    pub(crate) fn add(&mut self, input: &Value, function_arn: &str) -> Result<Value, ServiceError> {
        let required = |member: &str| {
            input[member].as_str().ok_or_else(|| invalid(format!("AddPermission needs the member {member}")))
        };
        let (id, action, principal) = (required("StatementId")?, required("Action")?, required("Principal")?);
        if self.0.iter().any(|statement| statement["Sid"] == id) {
            return Err(conflict(format!(
                "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement."
            )));
        }
        let mut statement = json!({
            "Sid": id,
            "Effect": "Allow",
            "Principal": principal_of(principal),
            "Action": action,
            "Resource": function_arn,
        });
        if let Some(source) = input["SourceArn"].as_str() {
            statement["Condition"]["ArnLike"]["AWS:SourceArn"] = source.into();
        }
        if let Some(account) = input["SourceAccount"].as_str() {
            statement["Condition"]["StringEquals"]["AWS:SourceAccount"] = account.into();
        }
        self.0.push(statement.clone());
        Ok(statement)
    }

    /// Removes the statement of this id.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn remove(&mut self, id: &str) -> Result<(), ServiceError> {
        let before = self.0.len();
        self.0.retain(|statement| statement["Sid"] != id);
        if self.0.len() == before {
            return Err(not_found(format!("Statement {id} is not found in resource policy.")));
        }
        Ok(())
    }

    /// The policy as a document; `None` when it has no statement.
    pub(crate) fn document(&self) -> Option<String> {
        let document = json!({ "Version": "2012-10-17", "Id": "default", "Statement": self.0 });
        (!self.0.is_empty()).then(|| document.to_string())
    }
}

fn principal_of(principal: &str) -> Value {
    match principal {
        "*" => "*".into(),
        service if service.contains('.') => json!({ "Service": service }),
        account => json!({ "AWS": account }),
    }
}
