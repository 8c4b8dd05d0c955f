//! PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy: kept, not enforced.

use serde::Deserialize;
use serde_json::Value;
use service::ServiceError;

use super::{OfSecret, change};
use crate::error;
use crate::rows;
use crate::service::Context;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    secret_id: String,
    resource_policy: String,
}

pub(crate) fn put(context: &Context<'_>, input: Input) -> Result<Value, ServiceError> {
    if !serde_json::from_str::<Value>(&input.resource_policy).is_ok_and(|policy| policy.is_object()) {
        return Err(error::malformed_policy());
    }
    let (_, answer) = change(context, &input.secret_id, |entry| {
        entry.secret.policy = Some(input.resource_policy);
        Ok(())
    })?;
    Ok(answer)
}

pub(crate) fn get(context: &Context<'_>, input: OfSecret) -> Result<Value, ServiceError> {
    let secret = rows::find_live(context.connection, context.scope, &input.secret_id, context.now)?.secret;
    let mut answer = secret.named();
    if let Some(policy) = secret.policy {
        answer["ResourcePolicy"] = policy.into();
    }
    Ok(answer)
}

pub(crate) fn delete(context: &Context<'_>, input: OfSecret) -> Result<Value, ServiceError> {
    let (_, answer) = change(context, &input.secret_id, |entry| {
        entry.secret.policy = None;
        Ok(())
    })?;
    Ok(answer)
}
