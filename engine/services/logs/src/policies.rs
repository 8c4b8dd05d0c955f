//! Resource policies, kept as they are given.

use rusqlite::params;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use crate::error::invalid;
use crate::service::Context;

/// The most that AWS lets an account have in a region.
const MOST: i64 = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Put {
    policy_name: String,
    policy_document: String,
    resource_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    policy_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Describe {
    resource_arn: Option<String>,
}

pub(crate) fn put(context: &Context<'_>, input: Put) -> Result<Value, ServiceError> {
    if let Some(arn) = input.resource_arn {
        return Err(invalid(format!("sluice keeps resource policies of the account, not of single resources: {arn}")));
    }
    if !serde_json::from_str::<Value>(&input.policy_document).is_ok_and(|document| document.is_object()) {
        return Err(invalid("The resource policy document is invalid JSON."));
    }
    let now = context.now.as_millis();
    let sql = "INSERT INTO logs_policies VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET
               document = excluded.document, updated = excluded.updated";
    context.connection.execute(sql, params![input.policy_name, input.policy_document, now])?;
    let count: i64 = context.connection.query_row("SELECT count(*) FROM logs_policies", [], |row| row.get(0))?;
    if count > MOST {
        return Err(ServiceError::client("LimitExceededException", "Resource limit exceeded."));
    }
    Ok(json!({"resourcePolicy": value(&input.policy_name, &input.policy_document, now)}))
}

pub(crate) fn describe(context: &Context<'_>, input: Describe) -> Result<Value, ServiceError> {
    if input.resource_arn.is_some() {
        return Ok(json!({"resourcePolicies": []}));
    }
    let mut statement =
        context.connection.prepare_cached("SELECT name, document, updated FROM logs_policies ORDER BY name")?;
    let rows =
        statement.query_map([], |row| Ok(value(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?, row.get(2)?)))?;
    Ok(json!({"resourcePolicies": rows.collect::<Result<Vec<_>, _>>()?}))
}

pub(crate) fn delete(context: &Context<'_>, input: Named) -> Result<Value, ServiceError> {
    match context.connection.execute("DELETE FROM logs_policies WHERE name = ?1", [&input.policy_name])? {
        0 => Err(ServiceError::client(
            "ResourceNotFoundException",
            format!("Policy with name [{}] does not exist", input.policy_name),
        )),
        _ => Ok(json!({})),
    }
}

fn value(name: &str, document: &str, updated: i64) -> Value {
    json!({"policyName": name, "policyDocument": document, "lastUpdatedTime": updated, "policyScope": "ACCOUNT"})
}
