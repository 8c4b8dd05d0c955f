//! Runs executions in virtual time: timers fire when nothing else is left to do, tasks are answered by doubles.

#![allow(dead_code)]

pub mod doubles;

use std::collections::BTreeMap;
use std::sync::Arc;

use asl::{
    Action, Cause, Execution, HistoryEvent, Items, Kind, Machine, MapRun, MapRunResult, Outcome, Payload, Phase, Seed,
    Stimulus, Task, TimerId, Value,
};
use clock::Timestamp;

pub const MACHINE_ARN: &str = "arn:aws:states:us-east-1:111111111111:stateMachine:machine";

/// What a double answers to a task.
pub enum Answer {
    Succeeds(Payload),
    Fails {
        error: String,
        cause: Option<String>,
    },
    /// Nobody answers.
    Silent,
}

/// Answers tasks.
pub type Double<'a> = dyn Fn(&Task) -> Answer + 'a;

/// An execution with everything that happened to it.
pub struct Run {
    pub execution: Execution,
    pub history: Vec<HistoryEvent>,
    pub journal: Vec<Stimulus>,
    now: Timestamp,
    timers: BTreeMap<(Timestamp, TimerId), ()>,
    pending: Vec<Cause>,
}

pub fn seed(input: &str) -> Seed {
    Seed {
        execution_arn: "arn:aws:states:us-east-1:111111111111:execution:machine:run".into(),
        execution_name: "run".into(),
        role_arn: "arn:aws:iam::111111111111:role/role".into(),
        state_machine_arn: MACHINE_ARN.into(),
        state_machine_name: "machine".into(),
        state_machine_version_arn: None,
        state_machine_alias_arn: None,
        started_at: Timestamp::from_millis(1_790_000_000_000),
        redrive_count: 0,
        input: Payload::parse(input).expect("the input is JSON"),
        kind: Kind::Standard,
    }
}

impl Run {
    pub fn new(machine: Arc<Machine>, seed: Seed) -> Self {
        Self {
            now: seed.started_at,
            execution: Execution::new(machine, seed),
            history: Vec::new(),
            journal: Vec::new(),
            timers: BTreeMap::new(),
            pending: vec![Cause::Start],
        }
    }

    /// Runs a machine on an input to its end.
    pub fn to_end(machine: &Arc<Machine>, input: &str, double: &Double<'_>) -> Self {
        let mut run = Self::new(machine.clone(), seed(input));
        run.finish(double);
        run
    }

    pub fn apply(&mut self, cause: Cause) -> Vec<Action> {
        let stimulus = Stimulus { at: self.now, entropy: self.journal.len() as u64 + 7, cause };
        let step = self.execution.apply(&stimulus);
        self.journal.push(stimulus);
        self.history.extend(step.events);
        step.actions
    }

    /// Runs until only timers are left.
    pub fn settle(&mut self, double: &Double<'_>) {
        while !self.pending.is_empty() {
            let cause = self.pending.remove(0);
            let actions = self.apply(cause);
            for action in actions {
                self.perform(action, double);
            }
        }
    }

    /// Runs until the execution ends, or nothing more can happen.
    pub fn finish(&mut self, double: &Double<'_>) {
        self.settle(double);
        while self.execution.outcome().is_none() {
            let Some(((at, timer), ())) = self.timers.pop_first() else {
                return;
            };
            self.now = self.now.max(at);
            self.pending.push(Cause::TimerFired { timer });
            self.settle(double);
        }
    }

    /// Redrives an execution that ended without success, to its next end.
    pub fn redrive(&mut self, double: &Double<'_>) {
        self.pending.clear();
        self.timers.clear();
        self.pending.push(Cause::Redrive);
        self.finish(double);
    }

    /// The stimuli applied again to a new execution.
    pub fn replayed(&self, seed: Seed) -> Vec<serde_json::Value> {
        let mut again = Execution::new(self.execution.machine().clone(), seed);
        let steps = self.journal.iter().map(|stimulus| again.apply(stimulus).events);
        steps.flatten().map(|event| event.to_api(true)).collect()
    }

    fn perform(&mut self, action: Action, double: &Double<'_>) {
        match action {
            Action::StartTask(task) => match double(&task) {
                Answer::Succeeds(output) => self.pending.push(Cause::TaskSucceeded { task: task.id, output }),
                Answer::Fails { error, cause } => {
                    self.pending.push(Cause::TaskFailed { task: task.id, error: Some(error), cause, phase: Phase::Run })
                }
                Answer::Silent => {}
            },
            Action::SetTimer { timer, at } => {
                self.timers.insert((at, timer), ());
            }
            Action::CancelTimer(timer) => self.timers.retain(|(_, candidate), ()| *candidate != timer),
            Action::Continue => self.pending.push(Cause::Continue),
            Action::StartMapRun(run) => {
                let result = self.run_map(&run, double);
                self.pending.push(Cause::MapRunEnded { run: run.id, result });
            }
            Action::CancelTask(_) | Action::CancelMapRun(_) | Action::Finish => {}
        }
    }

    /// A distributed map, one child after the other.
    fn run_map(&self, run: &MapRun, double: &Double<'_>) -> MapRunResult {
        let Items::Given(items) = &run.items else {
            return MapRunResult::Failed { error: "States.ItemReaderFailed".to_owned(), cause: None };
        };
        let machine = Arc::new(self.execution.machine().item_processor(&run.location).expect("the state is a Map"));
        let mut outputs = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let child_seed = Seed {
                execution_name: format!("child-{index}").into(),
                input: item.clone(),
                started_at: self.now,
                ..self.execution.seed().clone()
            };
            let mut child = Run::new(machine.clone(), child_seed);
            child.finish(double);
            match child.execution.outcome() {
                Some(Outcome::Succeeded { output }) => outputs.push(output.value().clone()),
                _ => {
                    return MapRunResult::Failed {
                        error: "States.ExceedToleratedFailureThreshold".to_owned(),
                        cause: Some("The specified tolerated failure threshold was exceeded".to_owned()),
                    };
                }
            }
        }
        MapRunResult::Succeeded { output: Payload::from(Value::array(outputs)) }
    }

    pub fn events(&self) -> Vec<serde_json::Value> {
        self.history.iter().map(|event| event.to_api(true)).collect()
    }

    pub fn types(&self) -> Vec<&'static str> {
        self.history.iter().map(HistoryEvent::event_type).collect()
    }

    pub fn output(&self) -> Option<String> {
        match self.execution.outcome()? {
            Outcome::Succeeded { output } => Some(output.text().to_string()),
            _ => None,
        }
    }
}
