//! The state machines behind the mutations.

use function::{Context, MissingSetting};
use serde::Serialize;
use subgraph::machines::Runner;

use crate::execution::Outcome;
use crate::rejection::Rejection;

/// A mutation's state machine.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Machine {
    Create,
    Update,
    Complete,
    Delete,
}

/// The state machines and the way to them.
#[derive(Clone, Debug)]
pub(crate) struct Machines {
    runner: Runner,
    create: String,
    update: String,
    complete: String,
    delete: String,
}

impl Machines {
    /// The machines that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            runner: Runner::build(context),
            create: context.settings.require("CREATE_TODO_ARN")?,
            update: context.settings.require("UPDATE_TODO_ARN")?,
            complete: context.settings.require("COMPLETE_TODO_ARN")?,
            delete: context.settings.require("DELETE_TODO_ARN")?,
        })
    }

    /// Runs a machine with the key added to `input`, and waits for its end.
    pub(crate) async fn run(&self, machine: Machine, key: &str, input: &impl Serialize) -> Result<Outcome, Rejection> {
        self.runner.run(self.arn(machine), key, input).await
    }

    fn arn(&self, machine: Machine) -> &str {
        match machine {
            Machine::Create => &self.create,
            Machine::Update => &self.update,
            Machine::Complete => &self.complete,
            Machine::Delete => &self.delete,
        }
    }
}
