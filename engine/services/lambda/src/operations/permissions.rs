//! Resource policies.

use serde_json::{Value, json};
use service::ServiceError;

use crate::Lambda;
use crate::error::not_found;
use crate::name::function_name;

impl Lambda {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
    pub(crate) async fn add_permission(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let (_, statement) = self
            .functions
            .update(&name, |function| function.policy.add(input, &function.configuration.function_arn))
            .await?;
        Ok(json!({ "Statement": statement.to_string() }))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html>
    pub(crate) async fn remove_permission(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let id = input["StatementId"].as_str().unwrap_or_default();
        self.functions.update(&name, |function| function.policy.remove(id)).await?;
        Ok(json!({}))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>
    pub(crate) fn get_policy(&self, input: &Value) -> Result<Value, ServiceError> {
        let function = self.functions.get(&function_name(input, &self.platform.scope)?)?;
        match function.policy.document() {
            Some(policy) => Ok(json!({ "Policy": policy, "RevisionId": function.configuration.revision_id })),
            None => Err(not_found("The resource you requested does not exist.")),
        }
    }
}
