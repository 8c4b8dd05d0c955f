//! Filter patterns: terms of a message, or conditions on its JSON.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>

mod json;
mod lexer;
mod terms;

use service::ServiceError;

use crate::error::invalid;

/// A filter pattern.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Empty: every event.
    All,
    Terms(terms::Terms),
    Json(json::Condition),
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        let text = text.trim();
        match text.chars().next() {
            None => Ok(Self::All),
            Some('{') => json::parse(text).map(Self::Json),
            Some('[') => Err(invalid(format!(
                "sluice does not implement filter patterns for space-delimited events, only terms and JSON: {text}"
            ))),
            Some(_) => terms::parse(text).map(Self::Terms),
        }
    }

    pub(crate) fn matches(&self, message: &str) -> bool {
        match self {
            Self::All => true,
            Self::Terms(terms) => terms.match_in(message),
            Self::Json(condition) => serde_json::from_str(message).is_ok_and(|value| condition.holds(&value)),
        }
    }
}

fn wrong(text: &str) -> ServiceError {
    invalid(format!("Invalid filter pattern: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, message: &str) -> bool {
        Pattern::parse(pattern).expect("a pattern").matches(message)
    }

    #[test]
    fn terms_are_all_of_any_of_or_none_of() {
        let message = "[ERROR] 400 bad request, code=7";
        for (pattern, expected) in [
            ("", true),
            ("ERROR", true),
            ("error", false),
            ("ERROR request", true),
            ("ERROR WARN", false),
            ("?WARN ?ERROR", true),
            ("?WARN ?FATAL", false),
            ("ERROR -request", false),
            ("ERROR -INFO", true),
            (r#""bad request""#, true),
            (r#""[ERROR]" -"worse request""#, true),
            ("%4[0-9]{2}%", true),
            ("%5[0-9]{2}%", false),
        ] {
            assert_eq!(matches(pattern, message), expected, "{pattern}");
        }
        assert!(Pattern::parse("bad-term").is_err());
        assert!(Pattern::parse("[ip, user]").is_err());
    }

    #[test]
    fn conditions_on_json_compare_texts_numbers_and_what_is_there() {
        let message = r#"{"type":"TaskFailed","id":7,"ok":false,"none":null,"details":{"error":"Todo.NotFound"},"list":[{"a":1}]}"#;
        for (pattern, expected) in [
            (r#"{ $.type = "TaskFailed" }"#, true),
            (r#"{ $.type = TaskFailed }"#, true),
            (r#"{ $.type = "Task*" }"#, true),
            (r#"{ $.type != "Task*" }"#, false),
            ("{ $.id = 7 }", true),
            ("{ $.id > 6.5 && $.id <= 7 }", true),
            ("{ $.id < 7 || $.type = x }", false),
            ("{ ($.id < 7 || $.id = 7) && $.ok IS FALSE }", true),
            ("{ $.none IS NULL }", true),
            ("{ $.missing NOT EXISTS }", true),
            ("{ $.id NOT EXISTS }", false),
            (r#"{ $.details.error = %Todo\..*% }"#, true),
            ("{ $.list[0].a = 1 }", true),
            ("{ $.missing != 1 }", false),
        ] {
            assert_eq!(matches(pattern, message), expected, "{pattern}");
        }
        assert!(!matches("{ $.id = 7 }", "plain text"));
        for wrong in ["{ $.a }", "{ $.a = }", "{ a = 1 }", "{ $.a = 1", "{ $.a = 1 & $.b = 2 }", "{ }"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
    }
}
