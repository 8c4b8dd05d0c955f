//! The operations, one file per group.

pub(crate) mod events;
pub(crate) mod filter;
pub(crate) mod groups;
pub(crate) mod streams;
pub(crate) mod tags;

use serde::Deserialize;
use service::ServiceError;

use crate::error::{constraint, invalid};

/// The members that name a group: by its name, or by its name or ARN.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfGroup {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    resource_arn: Option<String>,
}

impl OfGroup {
    fn name(&self) -> Result<&str, ServiceError> {
        match (&self.log_group_name, self.log_group_identifier.as_ref().or(self.resource_arn.as_ref())) {
            (Some(name), None) => Ok(name),
            (None, Some(identifier)) => Ok(name_of(identifier)),
            (Some(_), Some(_)) => {
                Err(invalid("LogGroup name and LogGroup ARN are mutually exclusive parameters. Use one or the other."))
            }
            (None, None) => Err(constraint("null", "logGroupName", "not be null")),
        }
    }
}

/// The name of a group that is named by itself or by its ARN.
fn name_of(identifier: &str) -> &str {
    match identifier.split_once(":log-group:") {
        Some((_, name)) => name.strip_suffix(":*").unwrap_or(name),
        None => identifier,
    }
}

/// A number of things to answer at most.
fn limit(given: Option<i64>, default: i64, most: i64) -> Result<usize, ServiceError> {
    let limit = given.unwrap_or(default);
    if limit < 1 {
        return Err(constraint(&limit.to_string(), "limit", "have value greater than or equal to 1"));
    }
    if limit > most {
        return Err(constraint(&limit.to_string(), "limit", &format!("have value less than or equal to {most}")));
    }
    Ok(usize::try_from(limit).expect("it is within its bounds"))
}
