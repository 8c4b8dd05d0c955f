//! The Amazon States Language: parse, validate and interpret state machines, without clock or I/O.
//!
//! [`Machine::parse`] makes a typed machine of a definition. An [`Execution`] folds [`Stimulus`]es into history events
//! and [`Action`]s: time, randomness and answers come in as data, so applying the same stimuli again gives the same
//! history.
//!
//! ```
//! use asl::{Action, Cause, Execution, Machine, Payload, Stimulus};
//! use clock::Timestamp;
//! # use asl::{Kind, Seed};
//! # let started_at = Timestamp::from_millis(0);
//! # let seed = Seed {
//! #     execution_arn: "arn:aws:states:us-east-1:000000000000:execution:greet:1".into(), execution_name: "1".into(),
//! #     role_arn: "".into(), state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:greet".into(),
//! #     state_machine_name: "greet".into(), state_machine_version_arn: None, state_machine_alias_arn: None,
//! #     started_at, redrive_count: 0, input: Payload::parse(r#"{"name":"Ada"}"#).unwrap(), kind: Kind::Standard,
//! # };
//! let machine = Machine::parse(
//!     r#"{"StartAt": "Greet", "States": {"Greet": {
//!         "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:greet", "End": true
//!     }}}"#,
//! )?;
//! let mut execution = Execution::new(machine.into(), seed);
//!
//! // The runtime journals each stimulus, applies it, stores the events and performs the actions.
//! let step = execution.apply(&Stimulus { at: started_at, entropy: 1, cause: Cause::Start });
//! let Some(Action::StartTask(task)) = step.actions.first() else { panic!("a task starts") };
//! assert_eq!(&**task.parameters.text(), r#"{"name":"Ada"}"#);
//!
//! let output = Payload::parse(r#""Hello, Ada""#).unwrap();
//! let step = execution.apply(&Stimulus {
//!     at: started_at,
//!     entropy: 2,
//!     cause: Cause::TaskSucceeded { task: task.id, output },
//! });
//! let types: Vec<_> = step.events.iter().map(|event| event.event_type()).collect();
//! assert_eq!(types, ["LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded"]);
//! assert_eq!(execution.outcome().unwrap().status(), "SUCCEEDED");
//! # Ok::<(), asl::Invalid>(())
//! ```

mod context;
mod data;
mod diagnostic;
mod entropy;
mod execution;
mod failure;
mod history;
mod intrinsic;
mod items;
mod json;
mod jsonata;
mod machine;
mod path;
mod resource;
mod scope;
mod states;
mod template;
mod timestamp;

pub use diagnostic::{Diagnostic, Invalid, Severity};
pub use execution::{
    Action, Cause, Execution, Items, Kind, MAX_HISTORY_EVENTS, MAX_PAYLOAD_BYTES, MapRun, MapRunId, MapRunResult, Mock,
    Outcome, Phase, Seed, StateTest, Step, Stimulus, Task, TaskId, TestStatus, Tested, TimerId, Untestable,
};
pub use history::{Details, HistoryEvent, StateKind};
pub use items::{Batch, DataItem, Inventory, ReadFailure, batches, listed_objects, max_items, read_items};
pub use json::{Object, Payload, Value, json_problem};
pub use machine::Machine;
pub use resource::{Pattern, Resource, ResourceKind};
