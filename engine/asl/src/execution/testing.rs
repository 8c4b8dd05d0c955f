//! One state run by itself, watched: what `TestState` does.
//!
//! See <https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html>.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::recovery::Raised;
use super::{Execution, FrameId, TaskId};
use crate::failure::Failure;
use crate::json::{Object, Payload, Value};
use crate::machine::{State, Work, Workflow};
use crate::states::Distributed;

/// What a state is tested with, besides its input.
#[derive(Clone, Debug, Default)]
pub struct StateTest {
    /// Stands in for the context object.
    pub context: Option<Value>,
    /// The variables that the state sees.
    pub variables: Object,
    /// Stands in for the state's work.
    pub mock: Option<Mock>,
    /// How often the retrier that will match was used before.
    pub retrier_retry_count: Option<u32>,
    /// How many iterations of a Map are to count as failed.
    pub map_iteration_failure_count: Option<u64>,
    /// What a Map's `ItemReader` reads, as it is where it is read from.
    pub map_item_reader_data: Option<String>,
    /// The state inside a Map or Parallel that the mocked error comes from.
    pub error_caused_by_state: Option<String>,
}

/// What a state's work is said to have led to.
#[derive(Clone, Debug)]
pub enum Mock {
    /// Its result.
    Result(Payload),
    /// Its error.
    Error {
        /// The error name.
        error: Option<Arc<str>>,
        /// The cause.
        cause: Option<Arc<str>>,
    },
}

/// Why a state isn't tested, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untestable {
    /// The machine has no state of that name.
    #[error("State not found in definition")]
    Absent,
    /// States of its type are tested with a mock only.
    #[error(
        "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
    )]
    WithoutMock,
    /// What it is to be tested with doesn't fit it.
    #[error("{0}")]
    Unfit(String),
}

/// How a tested state ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestStatus {
    /// `SUCCEEDED`
    Succeeded,
    /// `FAILED`
    Failed,
    /// `RETRIABLE`: a retrier takes the error.
    Retriable,
    /// `CAUGHT_ERROR`: a catcher takes the error.
    CaughtError,
}

/// The answer to `TestState`.
#[derive(Clone, Debug)]
pub struct Tested {
    /// How it ended.
    pub status: TestStatus,
    /// The state's output.
    pub output: Option<Payload>,
    /// The error name.
    pub error: Option<Arc<str>>,
    /// The cause.
    pub cause: Option<Arc<str>>,
    /// The state to go on with.
    pub next_state: Option<Arc<str>>,
    /// What was seen on the way, by the names of `InspectionData`.
    pub inspection: Map<String, Json>,
}

/// A test under way.
#[derive(Clone, Debug)]
pub(super) struct Testing {
    pub(super) setup: StateTest,
    inspection: RefCell<Map<String, Json>>,
    /// The error that a catcher takes.
    pub(super) caught: Option<Raised>,
    /// The task that the mock answers.
    pub(super) answered: Option<TaskId>,
    pub(super) tested: Option<Tested>,
}

impl Tested {
    /// The members of the API's answer; `inspectionData` unless the inspection level is `INFO`.
    pub fn to_api(&self, inspect: bool) -> Json {
        let mut answer = Map::new();
        let status = match self.status {
            TestStatus::Succeeded => "SUCCEEDED",
            TestStatus::Failed => "FAILED",
            TestStatus::Retriable => "RETRIABLE",
            TestStatus::CaughtError => "CAUGHT_ERROR",
        };
        answer.insert("status".to_owned(), json!(status));
        if let Some(output) = &self.output {
            answer.insert("output".to_owned(), json!(output.value().to_spaced_text()));
        }
        for (name, text) in [("error", &self.error), ("cause", &self.cause), ("nextState", &self.next_state)] {
            if let Some(text) = text {
                answer.insert(name.to_owned(), json!(&**text));
            }
        }
        if inspect {
            answer.insert("inspectionData".to_owned(), Json::Object(self.inspection.clone()));
        }
        Json::Object(answer)
    }
}

impl Testing {
    pub(super) fn new(setup: StateTest) -> Self {
        Self { setup, inspection: RefCell::default(), caught: None, answered: None, tested: None }
    }
}

impl StateTest {
    /// What speaks against the test.
    pub(super) fn objection(&self, work: &Work) -> Option<Untestable> {
        let unfit = match (work, &self.mock) {
            (_, None) if let Some(member) = self.of_mocks() => {
                Some(format!("TestState does not support {member} when a mock is not specified."))
            }
            (Work::Map(_) | Work::Parallel(_), None) => return Some(Untestable::WithoutMock),
            (Work::Map(_) | Work::Parallel(_), Some(Mock::Result(result))) => self.array_objection(work, result),
            (Work::Task(_), _) | (_, None) | (Work::Map(_) | Work::Parallel(_), Some(Mock::Error { .. })) => None,
            (work, Some(_)) => {
                Some(format!("State type '{}' is not supported when a mock is specified", work.kind().name()))
            }
        };
        unfit.or_else(|| self.cause_objection(work)).map(Untestable::Unfit)
    }

    fn cause_objection(&self, work: &Work) -> Option<String> {
        let name = self.error_caused_by_state.as_deref()?;
        let inside = match work {
            Work::Parallel(parallel) => parallel.branches.iter().any(|branch| Workflow::find(branch, name).is_some()),
            Work::Map(map) => Workflow::find(&map.processor, name).is_some(),
            _ => return None,
        };
        (!inside).then(|| format!("State '{name}' of errorCausedByState not found in the tested state"))
    }

    /// What configures a mock.
    fn of_mocks(&self) -> Option<&'static str> {
        let members = [
            (self.map_iteration_failure_count.is_some(), "MapIterationFailureCount"),
            (self.retrier_retry_count.is_some(), "RetrierRetryCount"),
            (self.error_caused_by_state.is_some(), "ErrorCausedByState"),
            (self.map_item_reader_data.is_some(), "MapItemReaderData"),
            (self.context.is_some(), "Context"),
        ];
        members.into_iter().find_map(|(is_given, member)| is_given.then_some(member))
    }

    fn array_objection(&self, work: &Work, result: &Payload) -> Option<String> {
        if let Work::Map(map) = work
            && map.distributed.as_ref().is_some_and(Distributed::writes)
        {
            // What is told then is where the results are.
            let is_object = result.value().as_object().is_some();
            return (!is_object).then(|| "Mocked result must be an object.".to_owned());
        }
        let Some(items) = result.value().as_array() else {
            return Some("Mocked result must be an array.".to_owned());
        };
        match work {
            Work::Parallel(parallel) if parallel.branches.len() != items.len() => {
                Some("Mocked result must contain the same number of items as number of Parallel branches.".to_owned())
            }
            _ if self.map_iteration_failure_count.is_some_and(|count| count > items.len() as u64) => Some(
                "Map iteration failure count must be less than or equal to the number of Map iterations".to_owned(),
            ),
            _ => None,
        }
    }
}

impl Execution {
    /// The answer to the test, once the state has ended.
    pub fn tested(&self) -> Option<&Tested> {
        self.testing.as_ref()?.tested.as_ref()
    }

    /// Notes something seen on the way, by its name in `InspectionData`.
    pub(crate) fn inspect(&self, name: &str, value: &Value) {
        if let Some(testing) = &self.testing {
            testing.inspection.borrow_mut().insert(name.to_owned(), json!(value.to_spaced_text()));
        }
    }

    /// Notes a number seen on the way.
    pub(crate) fn inspect_number(&self, name: &str, number: impl Into<Json>) {
        if let Some(testing) = &self.testing {
            testing.inspection.borrow_mut().insert(name.to_owned(), number.into());
        }
    }

    pub(super) fn inspect_error(&self, details: &[(&str, Json)]) {
        if let Some(testing) = &self.testing {
            let mut inspection = testing.inspection.borrow_mut();
            let place = inspection.entry("errorDetails").or_insert_with(|| json!({}));
            for (name, value) in details {
                place[*name] = value.clone();
            }
        }
    }

    /// What a tested Map's reader reads.
    pub(crate) fn reader_data(&self) -> Option<&str> {
        self.testing.as_ref()?.setup.map_item_reader_data.as_deref()
    }

    /// Shows the variables that the state leaves behind.
    pub(super) fn inspect_variables(&self, frame: FrameId) {
        let variables = self.frame(frame).scope.visible();
        if self.is_test() && !variables.is_empty() {
            self.inspect("variables", &Value::object(variables));
        }
    }

    pub(crate) fn is_test(&self) -> bool {
        self.testing.is_some()
    }

    /// What a mock says about a Parallel or Map: `None` where nothing is mocked.
    pub(crate) fn mocked(
        &mut self,
        frame: FrameId,
        state: &State,
        tolerance: Option<(u64, Option<u64>, Option<f64>)>,
    ) -> Option<Result<(), Failure>> {
        let setup = &self.testing.as_ref()?.setup;
        let result = match setup.mock.clone()? {
            Mock::Error { error, cause } => return Some(Err(Failure::Named { error, cause, heartbeat: false })),
            Mock::Result(result) => result,
        };
        if let (Some(failed), Some((total, count, percentage))) = (setup.map_iteration_failure_count, tolerance) {
            let too_many = count.is_some_and(|count| failed > count)
                || percentage.is_some_and(|percentage| failed as f64 * 100.0 > percentage * total.max(1) as f64);
            if too_many {
                return Some(Err(Failure::named(
                    "States.ExceedToleratedFailureThreshold",
                    "The specified tolerated failure threshold was exceeded",
                )));
            }
        }
        Some(self.complete(frame, state, result))
    }

    /// Ends the test.
    pub(super) fn conclude(&mut self, mut tested: Tested) {
        if let Some(testing) = &mut self.testing {
            tested.inspection = testing.inspection.take();
            testing.tested = Some(tested);
        }
    }
}
