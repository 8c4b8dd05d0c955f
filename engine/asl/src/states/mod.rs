//! The state types: what each reads from its definition and what it does when it is entered.

mod choice;
mod comparison;
mod distributed;
mod fail;
mod item_reader;
mod label;
mod map;
mod parallel;
mod parameter_names;
mod pass;
mod required;
mod succeed;
mod task;
mod task_parameters;
mod variables;
mod wait;

pub(crate) use choice::Choice;
pub(crate) use distributed::Distributed;
pub(crate) use fail::Fail;
pub(crate) use map::Map;
pub(crate) use parallel::Parallel;
pub(crate) use pass::Pass;
pub(crate) use task::Task;
pub(crate) use wait::Wait;

use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::machine::{State, Work};

/// Begins (or, after a retry, begins again) the work of the state that a frame is in.
pub(crate) fn begin(execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
    match &state.work {
        Work::Pass(pass) => pass.begin(execution, frame, state),
        Work::Task(task) => task.begin(execution, frame, state),
        Work::Choice(choice) => choice.begin(execution, frame, state),
        Work::Wait(wait) => wait.begin(execution, frame, state),
        Work::Succeed => succeed::begin(execution, frame, state),
        Work::Fail(fail) => fail.begin(execution, frame, state),
        Work::Parallel(parallel) => parallel.begin(execution, frame, state),
        Work::Map(map) => map.begin(execution, frame, state),
    }
}
