//! The typed machine: what a definition says, checked and ready to run.

mod amount;
mod assign;
mod fields;
mod graph;
mod io;
mod language;
mod lint;
mod policy;
mod read;
mod scopes;

use std::sync::Arc;

pub(crate) use amount::Amount;
pub(crate) use fields::{Fields, Reader, expected};
pub(crate) use io::{Io, ResultPath, Selection};
pub(crate) use language::QueryLanguage;
pub(crate) use policy::{Catcher, Retrier, matches as error_matches};
pub(crate) use read::{Names, workflow};

use crate::diagnostic::{Diagnostic, Invalid};
use crate::execution::Kind;
use crate::history::StateKind;
use crate::states;

/// A state machine, parsed and validated; share it as `Arc<Machine>`.
#[derive(Debug)]
pub struct Machine {
    pub(crate) workflow: Arc<Workflow>,
    pub(crate) timeout_seconds: Option<u64>,
    comment: Option<Arc<str>>,
    warnings: Vec<Diagnostic>,
    /// Whether a state is written in JSONata.
    pub(crate) computes: bool,
}

/// States and where they start: a whole machine, a Parallel's branch, a Map's processor.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) start: usize,
    pub(crate) states: Vec<State>,
}

/// A state.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: Arc<str>,
    /// A JSON pointer into the definition.
    pub(crate) location: Arc<str>,
    pub(crate) io: Io,
    pub(crate) work: Work,
    /// `None` where the workflow ends.
    pub(crate) next: Option<usize>,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
}

/// What a state does, by type.
#[derive(Debug)]
pub(crate) enum Work {
    Pass(states::Pass),
    Task(Box<states::Task>),
    Choice(states::Choice),
    Wait(states::Wait),
    Succeed,
    Fail(states::Fail),
    Parallel(states::Parallel),
    Map(Box<states::Map>),
}

impl Work {
    pub(crate) fn kind(&self) -> StateKind {
        match self {
            Self::Pass(_) => StateKind::Pass,
            Self::Task(_) => StateKind::Task,
            Self::Choice(_) => StateKind::Choice,
            Self::Wait(_) => StateKind::Wait,
            Self::Succeed => StateKind::Succeed,
            Self::Fail(_) => StateKind::Fail,
            Self::Parallel(_) => StateKind::Parallel,
            Self::Map(_) => StateKind::Map,
        }
    }

    /// Whether the state can have `Retry`, and its context object a `RetryCount`.
    pub(crate) fn retries(&self) -> bool {
        matches!(self, Self::Task(_) | Self::Parallel(_) | Self::Map(_))
    }
}

impl Machine {
    /// Parses and validates a definition; fails with every finding.
    ///
    /// The language is that of <https://states-language.net/> with AWS's extensions.
    pub fn parse(definition: &str) -> Result<Machine, Invalid> {
        read::machine(definition)
    }

    /// Parses a definition that was accepted before, by rules that may have been fewer: what has been added since speaks
    /// against new definitions only. What is found is in [`Machine::warnings`]; fails for what could not run at all.
    pub fn parse_accepted(definition: &str) -> Result<Machine, Invalid> {
        read::accepted(definition)
    }

    /// Parses a state by itself, as `TestState` takes it: the states it leads to need not exist.
    pub fn parse_state(definition: &str) -> Result<Machine, Invalid> {
        read::lone_state(definition)
    }

    /// What a machine of this kind may not do: Express machines know no `.sync` and no `.waitForTaskToken`.
    pub fn check_kind(&self, kind: Kind) -> Result<(), Invalid> {
        match kind {
            Kind::Standard => Ok(()),
            Kind::Express => read::check_express(self),
        }
    }

    /// The machine that a distributed Map's children run; `location` is that of [`crate::MapRun`].
    pub fn item_processor(&self, location: &str) -> Option<Machine> {
        let workflow = find_processor(&self.workflow, location)?;
        let computes = workflow.computes();
        Some(Machine { workflow, timeout_seconds: None, comment: None, warnings: Vec::new(), computes })
    }

    /// What is odd about the definition, though it is valid.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The machine's `Comment`.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// Every resource that a Task state of the machine calls, with the state's JSON pointer.
    pub fn resources(&self) -> Vec<(&str, &crate::Resource)> {
        let mut resources = Vec::new();
        self.workflow.visit(&mut |state| {
            if let Work::Task(task) = &state.work {
                resources.push((&*state.location, &task.resource));
            }
        });
        resources
    }

    /// What distributed Maps read that AWS can read and this engine can't, with the field's JSON pointer.
    pub fn unread_inputs(&self) -> Vec<(String, &'static str)> {
        let mut unread = Vec::new();
        self.workflow.visit(&mut |state| {
            if let Work::Map(map) = &state.work
                && let Some(input) = map.distributed.as_ref().and_then(states::Distributed::unread_input)
            {
                unread.push((format!("{}/ItemReader/ReaderConfig/InputType", state.location), input));
            }
        });
        unread
    }

    /// The variables that each state refers to, by state name, as `DescribeStateMachine` tells them.
    pub fn variable_references(&self) -> Vec<(Arc<str>, Vec<Arc<str>>)> {
        let mut references = Vec::new();
        self.workflow.visit(&mut |state| {
            let variables = state.variables();
            if !variables.is_empty() {
                references.push((state.name.clone(), variables));
            }
        });
        references
    }
}

fn find_processor(workflow: &Workflow, location: &str) -> Option<Arc<Workflow>> {
    let mut found = None;
    workflow.visit(&mut |state| {
        if let Work::Map(map) = &state.work
            && &*state.location == location
        {
            found = Some(map.processor.clone());
        }
    });
    found
}

impl Workflow {
    /// The state of that name, of branches and processors too, and the workflow it is in.
    pub(crate) fn find(workflow: &Arc<Workflow>, name: &str) -> Option<(Arc<Workflow>, usize)> {
        if let Some(index) = workflow.states.iter().position(|state| &*state.name == name) {
            return Some((workflow.clone(), index));
        }
        workflow.states.iter().find_map(|state| match &state.work {
            Work::Parallel(parallel) => parallel.branches.iter().find_map(|branch| Self::find(branch, name)),
            Work::Map(map) => Self::find(&map.processor, name),
            _ => None,
        })
    }

    /// Whether a state is written in JSONata.
    fn computes(&self) -> bool {
        let mut found = false;
        self.visit(&mut |state| found |= state.io.language == QueryLanguage::Jsonata);
        found
    }

    /// Calls `visit` for every state, those of branches and processors too.
    pub(crate) fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a State)) {
        for state in &self.states {
            visit(state);
            match &state.work {
                Work::Parallel(parallel) => parallel.branches.iter().for_each(|branch| branch.visit(visit)),
                Work::Map(map) => map.processor.visit(visit),
                _ => {}
            }
        }
    }
}
