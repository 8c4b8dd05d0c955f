//! How a function fails: a stable name that a state machine catches, and a text for people.

use std::borrow::Cow;
use std::error::Error;

use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

/// A function's error as AWS Lambda reports it: `errorType` is what `ErrorEquals` in a state machine matches, so it is a
/// stable name (`Todo.NotFound`), never the name of a Rust type.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror>
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error_type}: {message}")]
pub struct Failure {
    /// `Todo.NotFound`
    pub error_type: Cow<'static, str>,
    /// What happened, naming the offending value; JSON where a caller reads it.
    pub message: String,
}

impl Failure {
    /// The event isn't what the function takes.
    pub const INVALID_INPUT: &'static str = "Function.InvalidInput";

    /// A failure of this name.
    pub fn new(error_type: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), message: message.into() }
    }

    /// A failure of this name whose message is `error` with all its causes, as the SDK's errors need: their own text is
    /// only `service error`.
    pub fn caused_by(error_type: impl Into<Cow<'static, str>>, error: &(dyn Error + 'static)) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self::new(error_type, message)
    }

    /// The payload of an invocation that failed so: `{"errorType", "errorMessage"}`, byte for byte what the Lambda binary
    /// sends to the Runtime API.
    pub fn payload(&self) -> Value {
        json!({ "errorType": self.error_type, "errorMessage": self.message })
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: failure.error_type.into_owned(), error_message: failure.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_causes_is_told_whole() {
        #[derive(Debug, thiserror::Error)]
        #[error("service error")]
        struct Outer(#[source] std::num::ParseIntError);

        let error = Outer("x".parse::<u8>().expect_err("no number"));
        let failure = Failure::caused_by("Todo.Unavailable", &error);
        assert_eq!(failure.to_string(), "Todo.Unavailable: service error: invalid digit found in string");
    }
}
