//! The names of schedules and groups, and the ARNs made of them.

use ::service::{Arn, Scope, ServiceError};

use crate::error;

/// The group that every account has.
pub(crate) const DEFAULT_GROUP: &str = "default";

/// Checks a name against AWS's model.
pub(crate) fn check(name: &str, member: &str) -> Result<(), ServiceError> {
    if !(1..=64).contains(&name.len()) {
        let bound = if name.is_empty() { "greater than or equal to 1" } else { "less than or equal to 64" };
        return Err(error::constraint(name, member, &format!("Member must have length {bound}")));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.chars().all(allowed) {
        return Ok(());
    }
    let rule = "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$";
    Err(error::constraint(name, member, rule))
}

pub(crate) fn schedule_arn(scope: &Scope, group: &str, name: &str) -> String {
    scope.arn("scheduler", format_args!("schedule/{group}/{name}"))
}

pub(crate) fn group_arn(scope: &Scope, name: &str) -> String {
    scope.arn("scheduler", format_args!("schedule-group/{name}"))
}

/// The group in an ARN; only groups have tags.
pub(crate) fn group_of_arn(arn: &str) -> Result<String, ServiceError> {
    let parsed = arn.parse::<Arn>().ok().filter(|parsed| parsed.service == "scheduler");
    let group = parsed.as_ref().and_then(|parsed| parsed.resource.strip_prefix("schedule-group/"));
    group.map(str::to_owned).ok_or_else(|| {
        let pattern = r"^arn:aws(-[a-z]+)?:scheduler:[a-z0-9\-]+:\d{12}:schedule-group\/[0-9a-zA-Z-_.]+$";
        let rule = format!("Member must satisfy regular expression pattern: {pattern}");
        error::constraint(arn, "resourceArn", &rule)
    })
}
