//! The operations, one file per group.

mod jobs;
pub(crate) mod named;
mod probe;
pub(crate) mod queues;
mod tags;

use ::service::ServiceError;
use serde_json::Value;

use crate::error::bad_request;

/// A member that is a text.
pub(crate) fn text<'a>(input: &'a Value, member: &str) -> Option<&'a str> {
    input.get(member)?.as_str().filter(|text| !text.is_empty())
}

/// A member that is a text and has to be there.
fn required<'a>(input: &'a Value, member: &str) -> Result<&'a str, ServiceError> {
    text(input, member).ok_or_else(|| bad_request(format!("/{}: is a required property", lower_first(member))))
}

/// A list's page: how many were listed before, and how many it has at most.
fn page(input: &Value) -> Result<(usize, usize), ServiceError> {
    let number = |given: &Value| given.as_u64().or_else(|| given.as_str()?.parse().ok());
    let most = match input.get("MaxResults").filter(|given| !given.is_null()) {
        None => 20,
        Some(given) => number(given)
            .filter(|most| (1..=20).contains(most))
            .ok_or_else(|| bad_request(format!("/maxResults: should be between 1 and 20: {given}")))?,
    };
    let after = match text(input, "NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| bad_request(format!("/nextToken: is none of ours: {token}")))?,
    };
    Ok((after, usize::try_from(most).unwrap_or(20)))
}

/// Cuts a list that was read with one more than the page has; the token of the next page.
fn cut<T>(found: &mut Vec<T>, (after, most): (usize, usize)) -> Option<String> {
    let has_more = found.len() > most;
    found.truncate(most);
    has_more.then(|| (after + most).to_string())
}

/// A member's name as the wire and AWS's error messages spell it.
pub(crate) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
