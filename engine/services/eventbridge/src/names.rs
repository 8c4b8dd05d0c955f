//! The names of buses, rules, targets, archives and replays, and the ARNs made of them.

use service::{Scope, ServiceError};

use crate::error;

/// The bus that every account has.
pub(crate) const DEFAULT_BUS: &str = "default";

const WORD: &str = r"[\.\-_A-Za-z0-9]+";

/// Checks a name against AWS's model: its length and the characters of a word, with `/` where a bus may have it.
pub(crate) fn check(name: &str, member: &str, longest: usize, slash: bool) -> Result<(), ServiceError> {
    if name.is_empty() {
        return Err(error::constraint(name, member, "Member must have length greater than or equal to 1"));
    }
    if name.len() > longest {
        let rule = format!("Member must have length less than or equal to {longest}");
        return Err(error::constraint(name, member, &rule));
    }
    let allowed = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_') || (slash && character == '/')
    };
    if name.chars().all(allowed) {
        return Ok(());
    }
    let pattern = if slash { r"[/\.\-_A-Za-z0-9]+" } else { WORD };
    Err(error::constraint(name, member, &format!("Member must satisfy regular expression pattern: {pattern}")))
}

/// The name of a bus that is given by name or ARN; the default bus when it isn't given.
pub(crate) fn bus_of(name_or_arn: Option<&str>) -> &str {
    let text = name_or_arn.filter(|text| !text.is_empty()).unwrap_or(DEFAULT_BUS);
    text.split_once(":event-bus/").map_or(text, |(_, name)| name)
}

/// The account of a bus that is given by its ARN.
pub(crate) fn account_of(name_or_arn: &str) -> Option<&str> {
    name_or_arn.contains(":event-bus/").then(|| name_or_arn.split(':').nth(4))?
}

pub(crate) fn bus_arn(scope: &Scope, bus: &str) -> String {
    scope.arn("events", format_args!("event-bus/{bus}"))
}

/// Rules of the default bus have no bus in their ARN.
pub(crate) fn rule_arn(scope: &Scope, bus: &str, rule: &str) -> String {
    if bus == DEFAULT_BUS {
        scope.arn("events", format_args!("rule/{rule}"))
    } else {
        scope.arn("events", format_args!("rule/{bus}/{rule}"))
    }
}

pub(crate) fn archive_arn(scope: &Scope, archive: &str) -> String {
    scope.arn("events", format_args!("archive/{archive}"))
}

pub(crate) fn replay_arn(scope: &Scope, replay: &str) -> String {
    scope.arn("events", format_args!("replay/{replay}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_goes_by_name_or_arn_and_is_the_default_one_when_absent() {
        assert_eq!(bus_of(None), "default");
        assert_eq!(bus_of(Some("orders")), "orders");
        assert_eq!(bus_of(Some("arn:aws:events:us-east-1:000000000000:event-bus/a/b")), "a/b");
    }

    #[test]
    fn only_rules_of_custom_buses_have_the_bus_in_their_arn() {
        let scope = Scope::default();
        assert_eq!(rule_arn(&scope, "default", "r"), "arn:aws:events:us-east-1:000000000000:rule/r");
        assert_eq!(rule_arn(&scope, "b", "r"), "arn:aws:events:us-east-1:000000000000:rule/b/r");
    }

    #[test]
    fn a_name_that_breaks_the_model_is_refused_with_its_constraint() {
        assert!(check("a.b-c_9", "name", 64, false).is_ok());
        let refused = check("a b", "name", 64, false).expect_err("blank");
        assert_eq!(
            refused.message,
            r"1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"
        );
        assert!(check(&"x".repeat(65), "name", 64, false).is_err());
    }
}
