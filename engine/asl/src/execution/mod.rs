//! One run of a machine: a fold of stimuli into history events and actions.

mod action;
mod outcome;
mod seed;
mod stimulus;

use std::sync::Arc;

pub use action::{Action, Items, MapRun, Step, Task};
pub use outcome::Outcome;
pub use seed::{Kind, Seed};
pub use stimulus::{Cause, MapRunId, MapRunResult, Phase, Stimulus, TaskId, TimerId};

use crate::machine::Machine;

/// One run of a machine, with all its branches and iterations. A clone is independent of the original.
#[derive(Clone, Debug)]
pub struct Execution {
    machine: Arc<Machine>,
    seed: Seed,
    outcome: Option<Outcome>,
}

impl Execution {
    /// An execution that waits for [`Cause::Start`].
    pub fn new(machine: Arc<Machine>, seed: Seed) -> Self {
        Self { machine, seed, outcome: None }
    }

    /// Applies one stimulus and runs until nothing more can happen without the outside, or until the step's budget is
    /// used up (then the last action is [`Action::Continue`]). A stimulus for a task or timer that nobody waits for any
    /// more changes nothing.
    pub fn apply(&mut self, _stimulus: &Stimulus) -> Step {
        Step::default()
    }

    /// How the execution ended; `None` while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What it was born with.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The machine it runs.
    pub fn machine(&self) -> &Arc<Machine> {
        &self.machine
    }
}
