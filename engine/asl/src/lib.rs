//! The Amazon States Language: parse, validate and interpret state machines, without clock or I/O.
//!
//! [`Machine::parse`] makes a typed machine of a definition. An [`Execution`] folds [`Stimulus`]es into history events
//! and [`Action`]s: time, randomness and answers come in as data, so applying the same stimuli again gives the same
//! history.

mod diagnostic;
mod execution;
mod history;
mod json;
mod machine;
mod resource;

pub use diagnostic::{Diagnostic, Invalid, Severity};
pub use execution::{
    Action, Cause, Execution, Items, Kind, MapRun, MapRunId, MapRunResult, Outcome, Phase, Seed, Step, Stimulus, Task,
    TaskId, TimerId,
};
pub use history::{Details, HistoryEvent, StateKind};
pub use json::{Object, Payload, Value};
pub use machine::Machine;
pub use resource::{Pattern, Resource, ResourceKind};
