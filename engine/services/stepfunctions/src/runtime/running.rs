//! An execution in memory: the core's state, what it waits for, and what of it is in the store.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use asl::{Action, Cause, Execution, Outcome, Phase, ResourceKind, Seed, Stimulus};
use clock::Timestamp;
use serde_json::json;

use super::execution_log::{Entry, ExecutionLog};
use super::interpreter::interpret;
use super::journal::{Append, Ended, WaitChange};
use super::ledger::Ledger;
use crate::activities::Activities;

/// The error of executions that the interpreter cannot go on with.
pub(super) const RUNTIME: &str = "States.Runtime";

/// An execution in memory.
pub(super) struct Running {
    pub(super) id: i64,
    pub(super) execution: Execution,
    pub(super) ledger: Ledger,
    /// Where its events are logged, if they are.
    pub(super) log: Option<ExecutionLog>,
    /// The number of the next append, and of the next event.
    next: (i64, u64),
    /// What the store has: the earliest timer, and whether it is busy.
    stored: (Option<Timestamp>, bool),
}

/// What was applied since the last append.
#[derive(Default)]
pub(super) struct Batch {
    stimuli: Vec<Stimulus>,
    /// The JSON texts of the history events, behind a bracket or a comma each.
    events: String,
    /// How many they are.
    count: u64,
    waits: Vec<WaitChange>,
    /// The execution runs again, with this client token.
    pub(super) redriven: Option<Option<String>>,
    pub(super) abandoned: Vec<String>,
    pub(super) actions: Vec<Action>,
    /// What is to be logged once the events are durable.
    pub(super) logged: Vec<Entry>,
}

impl Running {
    /// An execution of a machine of the revision: of the whole, or of one of its distributed maps.
    pub(super) fn new(id: i64, machine: Arc<asl::Machine>, seed: Seed) -> Self {
        Self {
            id,
            execution: Execution::new(machine, seed),
            ledger: Ledger::default(),
            log: None,
            next: (1, 1),
            stored: (None, false),
        }
    }

    /// Applies one stimulus, now; false when nobody waits for it.
    pub(super) fn apply(&mut self, cause: Cause, at: Timestamp, batch: &mut Batch) -> bool {
        let redrives = matches!(cause, Cause::Redrive);
        if self.execution.outcome().is_some() != redrives || !self.ledger.expects(&cause) {
            return false;
        }
        let stimulus = Stimulus { at, entropy: uuid::Uuid::new_v4().as_u64_pair().0, cause };
        let step = interpret(self.execution.computes(), || self.execution.apply(&stimulus));
        if redrives && step.events.is_empty() {
            return false;
        }
        let changes = self.ledger.note(&stimulus.cause, &step.actions);
        batch.waits.extend(changes.waits);
        batch.abandoned.extend(changes.abandoned);
        for event in &step.events {
            batch.events.push(if batch.events.is_empty() { '[' } else { ',' });
            event.write_api(&mut batch.events, true);
        }
        if let Some(log) = &mut self.log {
            if redrives {
                log.count_redrive();
            }
            batch.logged.extend(step.events.iter().filter_map(|event| log.entry(event)));
        }
        batch.count += step.events.len() as u64;
        batch.actions.extend(step.actions);
        batch.stimuli.push(stimulus);
        true
    }

    /// Applies what the journal has; `first_event` is the number of the append's first event.
    pub(super) fn replay(&mut self, sequence: i64, first_event: u64, stimuli: &[Stimulus]) {
        if first_event != self.next.1 {
            tracing::error!(
                execution = %self.execution.seed().execution_arn,
                expected = first_event,
                found = self.next.1,
                "the journal no longer leads to the recorded history; was it written by another version?"
            );
            self.next.1 = first_event;
        }
        for stimulus in stimuli {
            let step = interpret(self.execution.computes(), || self.execution.apply(stimulus));
            self.ledger.note(&stimulus.cause, &step.actions);
            self.next.1 += step.events.len() as u64;
        }
        self.next.0 = sequence + 1;
        self.stored = (self.ledger.wake_at(), self.ledger.is_busy());
    }

    /// [`Running::apply`] for each cause, and for what is known at once of the activities that they lead to; `None` when
    /// the core panicked, and then this state is good for nothing but [`Running::broken`].
    pub(super) fn apply_all(
        &mut self,
        causes: Vec<Cause>,
        at: Timestamp,
        activities: &Activities,
        batch: &mut Batch,
    ) -> Option<bool> {
        catch_unwind(AssertUnwindSafe(|| {
            let mut expected = false;
            let mut causes: VecDeque<Cause> = causes.into();
            while let Some(cause) = causes.pop_front() {
                let done = batch.actions.len();
                expected |= self.apply(cause, at, batch);
                for activity in batch.actions[done..].iter().rev().filter_map(|action| schedule(action, activities)) {
                    causes.push_front(activity);
                }
            }
            expected
        }))
        .ok()
    }

    /// How an execution ends whose interpretation panicked: nothing of the step is kept, and it never runs again.
    pub(super) fn broken(&self, at: Timestamp) -> Append {
        let arn = &self.execution.seed().execution_arn;
        tracing::error!(execution = %arn, "the interpreter panicked; the execution fails");
        let cause = "the interpreter failed, which is a defect of sluice; the log has its message".to_owned();
        let event = json!({
            "timestamp": at.as_epoch_seconds(),
            "type": "ExecutionFailed",
            "id": self.next.1,
            "previousEventId": self.next.1 - 1,
            "executionFailedEventDetails": {"error": RUNTIME, "cause": cause},
        });
        Append {
            execution: self.id,
            sequence: self.next.0,
            first_event: self.next.1,
            stimuli: "[]".to_owned(),
            events: json!([event]).to_string(),
            state: None,
            waits: Vec::new(),
            redriven: None,
            at,
            ended: Some(Ended {
                status: "FAILED",
                at,
                output: None,
                error: Some(RUNTIME.to_owned()),
                cause: Some(cause),
            }),
        }
    }

    /// What to write of the batch.
    pub(super) fn append(&mut self, batch: &mut Batch, at: Timestamp) -> Append {
        let state = (self.ledger.wake_at(), self.ledger.is_busy());
        let append = Append {
            execution: self.id,
            sequence: self.next.0,
            first_event: self.next.1,
            stimuli: serde_json::to_string(&batch.stimuli).expect("stimuli are plain data"),
            events: std::mem::take(&mut batch.events) + if batch.count == 0 { "[]" } else { "]" },
            state: (state != self.stored).then_some(state),
            waits: std::mem::take(&mut batch.waits),
            redriven: batch.redriven.take(),
            at,
            ended: self.execution.outcome().map(|outcome| ended(outcome, at)),
        };
        self.next = (self.next.0 + 1, self.next.1 + batch.count);
        self.stored = state;
        append
    }

    /// Logs what the batch has for it; its events are durable.
    pub(super) fn write_log(&self, batch: &mut Batch) {
        if let Some(log) = &self.log {
            log.write(std::mem::take(&mut batch.logged));
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.execution.outcome().is_some()
    }
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.stimuli.is_empty()
    }
}

/// What an activity's task is told as soon as it starts.
fn schedule(action: &Action, activities: &Activities) -> Option<Cause> {
    let Action::StartTask(task) = action else {
        return None;
    };
    let arn = &task.resource.arn;
    match task.resource.kind {
        ResourceKind::Activity if activities.find(arn).is_some() => Some(Cause::TaskScheduled { task: task.id }),
        ResourceKind::Activity => Some(Cause::TaskFailed {
            task: task.id,
            error: Some(RUNTIME.to_owned()),
            cause: Some(format!("The activity {arn} does not exist.")),
            phase: Phase::Start,
        }),
        ResourceKind::Lambda | ResourceKind::Integration { .. } => None,
    }
}

fn ended(outcome: &Outcome, at: Timestamp) -> Ended {
    let (output, error, cause) = match outcome {
        Outcome::Succeeded { output } => (Some(super::text_of(output)), None, None),
        Outcome::Failed { error, cause } | Outcome::TimedOut { error, cause } | Outcome::Aborted { error, cause } => {
            (None, error.as_deref().map(str::to_owned), cause.as_deref().map(str::to_owned))
        }
    };
    Ended { status: outcome.status(), at, output, error, cause }
}
