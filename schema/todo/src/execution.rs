//! How an execution ended, and what that means to a client.

use async_graphql::{Enum, SimpleObject};
use events::TodoSnapshot;
use serde::Deserialize;

use crate::errors::MutationError;
use crate::rejection::Rejection;

/// The execution that carried out a mutation.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(shareable)]
pub(crate) struct Execution {
    /// Names it for ever.
    pub(crate) arn: String,
    /// Made from the idempotency key.
    pub(crate) name: String,
    /// How it ended.
    pub(crate) status: ExecutionStatus,
}

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ExecutionStatus {
    /// It did what it was asked.
    Succeeded,
    /// It was refused, or something broke.
    Failed,
    /// It took longer than its state machine allows.
    TimedOut,
}

/// An execution that ended, with what it said last.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) execution: Execution,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
}

impl Outcome {
    /// The todo that it answers, or the error that clients are told of.
    pub(crate) fn todo(&self) -> Result<Result<TodoSnapshot, MutationError>, Rejection> {
        let arn = || self.execution.arn.clone();
        match self.execution.status {
            ExecutionStatus::Succeeded => serde_json::from_str(self.output.as_deref().unwrap_or_default())
                .map(Ok)
                .map_err(|error| Rejection::Unreadable(format!("no todo is the output of {}: {error}", arn()))),
            ExecutionStatus::TimedOut => Err(Rejection::ExecutionTimedOut { arn: arn() }),
            ExecutionStatus::Failed => {
                let name = self.error.as_deref().unwrap_or_default();
                MutationError::named(name, self.message())
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

    #[test]
    fn an_error_of_the_domain_is_told_with_the_steps_message() {
        let cause = r#"{"errorType":"Todo.TitleEmpty","errorMessage":"the title is empty"}"#;
        let told = failed("Todo.TitleEmpty", cause).todo().expect("expected").expect_err("an error");
        assert_eq!(told, MutationError::named("Todo.TitleEmpty", "the title is empty".to_owned()).expect("mapped"));
    }

    #[test]
    fn any_other_error_names_the_execution() {
        let error = failed("States.Runtime", "boom").todo().expect_err("unexpected");
        assert_eq!(error, Rejection::ExecutionFailed { arn: "arn:1".to_owned(), error: "States.Runtime".to_owned() });
    }

    #[test]
    fn an_output_that_is_no_todo_is_no_panic() {
        let status = ExecutionStatus::Succeeded;
        let outcome = failed("", "");
        let outcome = Outcome { execution: Execution { status, ..outcome.execution }, ..outcome };
        assert!(matches!(outcome.todo(), Err(Rejection::Unreadable(_))));
    }
}
