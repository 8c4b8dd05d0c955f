//! How an execution ended, and what that means to a client.

use async_graphql::{Enum, SimpleObject};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::rejection::Rejection;

/// The execution that carried out a mutation.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(shareable)]
pub struct Execution {
    /// Names it for ever.
    pub arn: String,
    /// Made from the idempotency key.
    pub name: String,
    /// How it ended.
    pub status: ExecutionStatus,
}

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ExecutionStatus {
    /// It did what it was asked.
    Succeeded,
    /// It was refused, or something broke.
    Failed,
    /// It took longer than its state machine allows.
    TimedOut,
}

/// An execution that ended, with what it said last.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which one.
    pub execution: Execution,
    /// JSON, where it succeeded.
    pub output: Option<String>,
    /// The error's name, where it failed.
    pub error: Option<String>,
    /// Why, mostly as the JSON of a step's failure.
    pub cause: Option<String>,
}

impl Outcome {
    /// What it answers, or the error that clients are told of: `named` knows the errors of that name.
    pub fn answer<T: DeserializeOwned, E>(
        &self,
        named: impl Fn(&str, String) -> Option<E>,
    ) -> Result<Result<T, E>, Rejection> {
        let arn = || self.execution.arn.clone();
        match self.execution.status {
            ExecutionStatus::Succeeded => serde_json::from_str(self.output.as_deref().unwrap_or_default())
                .map(Ok)
                .map_err(|error| Rejection::Unreadable(format!("not the output of {}: {error}", arn()))),
            ExecutionStatus::TimedOut => Err(Rejection::ExecutionTimedOut { arn: arn() }),
            ExecutionStatus::Failed => {
                let name = self.error.as_deref().unwrap_or_default();
                named(name, self.message())
                    .map(Err)
                    .ok_or_else(|| Rejection::ExecutionFailed { arn: arn(), error: name.to_owned() })
            }
        }
    }

    /// A failed step's cause is the JSON of its error; any other is the text itself.
    fn message(&self) -> String {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct StepFailure {
            error_message: String,
        }

        let cause = self.cause.as_deref().unwrap_or_default();
        serde_json::from_str(cause).map_or_else(|_| cause.to_owned(), |failure: StepFailure| failure.error_message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(error: &str, cause: &str) -> Outcome {
        let status = ExecutionStatus::Failed;
        Outcome {
            execution: Execution { arn: "arn:1".to_owned(), name: "1".to_owned(), status },
            output: None,
            error: Some(error.to_owned()),
            cause: Some(cause.to_owned()),
        }
    }

    fn answer(outcome: &Outcome) -> Result<Result<u8, String>, Rejection> {
        outcome.answer(|name, message| (name == "Todo.TitleEmpty").then_some(message))
    }

    #[test]
    fn an_error_of_the_domain_is_told_with_the_steps_message() {
        let cause = r#"{"errorType":"Todo.TitleEmpty","errorMessage":"the title is empty"}"#;
        assert_eq!(answer(&failed("Todo.TitleEmpty", cause)), Ok(Err("the title is empty".to_owned())));
    }

    #[test]
    fn any_other_error_names_the_execution() {
        let expected = Rejection::ExecutionFailed { arn: "arn:1".to_owned(), error: "States.Runtime".to_owned() };
        assert_eq!(answer(&failed("States.Runtime", "boom")), Err(expected));
    }

    #[test]
    fn an_output_that_is_something_else_is_no_panic() {
        let outcome = failed("", "");
        let status = ExecutionStatus::Succeeded;
        let outcome = Outcome { execution: Execution { status, ..outcome.execution }, ..outcome };
        assert!(matches!(answer(&outcome), Err(Rejection::Unreadable(_))));
    }
}
