//! Names of parameters, and what may stand behind one.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html>

use service::{Scope, ServiceError};

const MAXIMUM_LEVELS: usize = 15;

/// A name in a request: the parameter, and the version or label behind a colon.
#[derive(Debug, PartialEq)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) selector: Option<String>,
}

impl Reference {
    /// Reads `name`, `name:3`, `name:label`, or an ARN of any of them.
    pub(crate) fn parse(text: &str, scope: &Scope) -> Self {
        let text = match text.strip_prefix(&scope.arn("ssm", "parameter")) {
            // `…:parameter/team` is the parameter `team`; `…:parameter/team/url` is `/team/url`.
            Some(path) if path.matches('/').count() == 1 => &path[1..],
            Some(path) => path,
            None => text,
        };
        match text.split_once(':') {
            Some((name, selector)) => Self { name: name.to_owned(), selector: Some(selector.to_owned()) },
            None => Self { name: text.to_owned(), selector: None },
        }
    }
}

/// The ARN of a parameter.
pub(crate) fn arn(scope: &Scope, name: &str) -> String {
    scope.arn("ssm", format_args!("parameter/{}", name.trim_start_matches('/')))
}

/// Checks the name of a parameter that is to be written.
pub(crate) fn check(name: &str) -> Result<(), ServiceError> {
    let lower = name.trim_start_matches('/').to_ascii_lowercase();
    if name.starts_with('/') && (lower == "aws" || lower.starts_with("aws/")) {
        return Err(ServiceError::client(
            "AccessDeniedException",
            format!("No access to reserved parameter name: {name}."),
        ));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_.-/".contains(character);
    if lower.is_empty() || lower.starts_with("aws") || lower.starts_with("ssm") || !name.chars().all(allowed) {
        return Err(ServiceError::validation(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_",
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(ServiceError::validation("Parameter name must be a fully qualified name."));
    }
    if name.matches('/').count() > MAXIMUM_LEVELS {
        return Err(ServiceError::client(
            "HierarchyLevelLimitExceededException",
            format!("The hierarchy depth for parameter '{name}' exceeds the maximum of {MAXIMUM_LEVELS} levels."),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_name_an_arn_or_either_with_a_selector() {
        let scope = Scope::default();
        let reference = |text| Reference::parse(text, &scope);
        let is =
            |name: &str, selector: Option<&str>| Reference { name: name.into(), selector: selector.map(Into::into) };
        assert_eq!(reference("/a/b"), is("/a/b", None));
        assert_eq!(reference("a:3"), is("a", Some("3")));
        assert_eq!(reference("arn:aws:ssm:us-east-1:000000000000:parameter/a/b:live"), is("/a/b", Some("live")));
        assert_eq!(reference(&arn(&scope, "a")), is("a", None));
    }

    #[test]
    fn reserved_and_malformed_names_are_refused() {
        for bad in ["", "/", "awsome", "/ssm/x", "/AWS/x", "a b", "a/b", "é", &"/x".repeat(16)] {
            assert!(check(bad).is_err(), "{bad}");
        }
        for good in ["a", "/sluicegate/dev/table-name", "A_b.c-1"] {
            assert!(check(good).is_ok(), "{good}");
        }
    }
}
