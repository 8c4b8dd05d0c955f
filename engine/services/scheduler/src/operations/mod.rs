//! The operations, one file per group.

mod groups;
mod schedules;
mod tags;

use ::service::ServiceError;
use serde_json::Value;

use crate::error::{constraint, missing};
use crate::names;

/// A member that is a text; the wire's query parameters spell some members with a small letter.
fn text<'a>(input: &'a Value, member: &str, parameter: &str) -> Option<&'a str> {
    [member, parameter].iter().find_map(|name| input.get(*name)?.as_str()).filter(|text| !text.is_empty())
}

/// The name that a call is about.
fn name(input: &Value) -> Result<String, ServiceError> {
    let name = input.get("Name").and_then(Value::as_str).ok_or_else(|| missing("name"))?;
    names::check(name, "name")?;
    Ok(name.to_owned())
}

/// How many items a page has at most.
fn page_size(input: &Value) -> Result<usize, ServiceError> {
    let given = match input.get("MaxResults") {
        None | Some(Value::Null) => return Ok(100),
        Some(given) => given,
    };
    // A query parameter arrives as a text.
    let number =
        given.as_u64().or_else(|| given.as_str()?.parse().ok()).and_then(|number| usize::try_from(number).ok());
    number
        .filter(|number| (1..=100).contains(number))
        .ok_or_else(|| constraint(given, "maxResults", "Member must be between 1 and 100"))
}
