//! The Amazon States Language: parse, validate and interpret state machines, without clock or I/O.
//!
//! [`Machine::parse`] makes a typed machine of a definition. An [`Execution`] folds [`Stimulus`]es into history events
//! and [`Action`]s: time, randomness and answers come in as data, so applying the same stimuli again gives the same
//! history.

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
    Outcome, Phase, Seed, StateTest, Step, Stimulus, Task, TaskId, TestStatus, Tested, TimerId,
};
pub use history::{Details, HistoryEvent, StateKind};
pub use items::{ReadFailure, max_items, read_items};
pub use json::{Object, Payload, Value};
pub use machine::Machine;
pub use resource::{Pattern, Resource, ResourceKind};
