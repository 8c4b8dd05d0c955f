//! What an execution waits for: a fold of its actions and stimuli.

use std::collections::BTreeMap;

use asl::{Action, Cause, MapRun, MapRunId, Pattern, Payload, ResourceKind, Task, TaskId, TimerId};
use clock::Timestamp;

use super::journal::WaitChange;
use super::transcoding_jobs::is_job;
use crate::integrations;

/// What an execution waits for.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) timers: BTreeMap<TimerId, Timestamp>,
    pub(super) tasks: BTreeMap<TaskId, InFlight>,
    pub(super) map_runs: BTreeMap<MapRunId, MapRun>,
    /// Whether the core asked to go on.
    pub(super) continues: bool,
}

/// What a step changed for others.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) waits: Vec<WaitChange>,
    /// Child executions that nobody waits for any more, by ARN.
    pub(super) abandoned: Vec<String>,
}

/// A task that was started and has not ended.
pub(super) struct InFlight {
    pub(super) task: Task,
    /// The service's answer, once it accepted the request.
    pub(super) submitted: Option<Payload>,
}

impl InFlight {
    /// Whether somebody else ends it, so that it outlives the process.
    pub(super) fn is_parked(&self) -> bool {
        self.submitted.is_some() || self.task.resource.kind == ResourceKind::Activity
    }

    /// How it waits for a child execution, if it does.
    pub(super) fn child(&self) -> Option<(Pattern, String)> {
        match self.task.resource.kind {
            ResourceKind::Integration { pattern: pattern @ (Pattern::Sync | Pattern::Sync2), .. } => {
                Some((pattern, integrations::child_arn(self.submitted.as_ref()?)?))
            }
            _ => None,
        }
    }
}

impl Ledger {
    /// Whether anybody waits for the stimulus; those that nobody waits for are not worth a write.
    pub(super) fn expects(&self, cause: &Cause) -> bool {
        match cause {
            Cause::Start | Cause::Stop { .. } | Cause::Redrive => true,
            Cause::Continue => self.continues,
            Cause::TaskScheduled { task }
            | Cause::TaskStarted { task, .. }
            | Cause::TaskSubmitted { task, .. }
            | Cause::TaskSucceeded { task, .. }
            | Cause::TaskFailed { task, .. }
            | Cause::TaskHeartbeat { task } => self.tasks.contains_key(task),
            Cause::TimerFired { timer } => self.timers.contains_key(timer),
            Cause::MapRunEnded { run, .. } => self.map_runs.contains_key(run),
        }
    }

    /// Takes note of a stimulus and of what it led to; answers what changed for others.
    pub(super) fn note(&mut self, cause: &Cause, actions: &[Action]) -> Changes {
        let mut changes = Changes::default();
        match cause {
            Cause::Continue => self.continues = false,
            Cause::TimerFired { timer } => drop(self.timers.remove(timer)),
            Cause::TaskStarted { task, .. } => {
                let token = self.tasks.get(task).and_then(|flight| flight.task.token.as_deref());
                changes.waits.extend(token.map(|token| WaitChange::Started { key: token.to_owned(), task: *task }));
            }
            Cause::TaskSubmitted { task, output } => {
                if let Some(flight) = self.tasks.get_mut(task) {
                    flight.submitted = Some(output.clone());
                    let child = flight.child().map(|(_, arn)| WaitChange::Child { key: arn, task: *task });
                    changes.waits.extend(child);
                }
            }
            Cause::TaskSucceeded { task, .. } | Cause::TaskFailed { task, .. } => drop(self.end(*task, &mut changes)),
            Cause::MapRunEnded { run, .. } => drop(self.map_runs.remove(run)),
            Cause::Start
            | Cause::Stop { .. }
            | Cause::Redrive
            | Cause::TaskScheduled { .. }
            | Cause::TaskHeartbeat { .. } => {}
        }
        for action in actions {
            match action {
                Action::StartTask(task) => {
                    changes.waits.extend(scheduled(task));
                    self.tasks.insert(task.id, InFlight { task: task.clone(), submitted: None });
                }
                Action::CancelTask(task) => {
                    let child = self.end(*task, &mut changes);
                    changes.abandoned.extend(child);
                }
                Action::SetTimer { timer, at } => drop(self.timers.insert(*timer, *at)),
                Action::CancelTimer(timer) => drop(self.timers.remove(timer)),
                Action::StartMapRun(run) => drop(self.map_runs.insert(run.id, run.clone())),
                Action::CancelMapRun(run) => drop(self.map_runs.remove(run)),
                Action::Continue => self.continues = true,
                Action::Finish => {
                    let left: Vec<TaskId> = self.tasks.keys().copied().collect();
                    for task in left {
                        let child = self.end(task, &mut changes);
                        changes.abandoned.extend(child);
                    }
                    *self = Self::default();
                }
            }
        }
        changes
    }

    /// The earliest timer.
    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        self.timers.values().min().copied()
    }

    /// The timers that are due, the earliest first.
    pub(super) fn due(&self, now: Timestamp) -> Vec<TimerId> {
        let mut due: Vec<_> = self.timers.iter().filter(|(_, at)| **at <= now).map(|(id, at)| (*at, *id)).collect();
        due.sort_unstable();
        due.into_iter().map(|(_, id)| id).collect()
    }

    /// Whether a task waits for a job of MediaConvert.
    pub(super) fn waits_for_job(&self) -> bool {
        self.tasks.values().filter_map(InFlight::child).any(|(_, arn)| is_job(&arn))
    }

    /// Whether something is under way whose outcome a crash would lose.
    pub(super) fn is_busy(&self) -> bool {
        self.continues || !self.map_runs.is_empty() || self.tasks.values().any(|flight| !flight.is_parked())
    }

    /// Forgets a task; answers the child execution it waited for.
    fn end(&mut self, task: TaskId, changes: &mut Changes) -> Option<String> {
        let flight = self.tasks.remove(&task)?;
        let child = flight.child().map(|(_, arn)| arn);
        let token = flight.task.token.as_deref().map(str::to_owned);
        let over = |key| WaitChange::Over { key, task };
        changes.waits.extend(child.clone().map(over).into_iter().chain(token.map(over)));
        child
    }
}

/// What has to be found by others while the task is under way.
fn scheduled(task: &Task) -> Option<WaitChange> {
    let key = task.token.as_deref()?.to_owned();
    Some(match task.resource.kind {
        ResourceKind::Activity => WaitChange::Activity {
            key,
            task: task.id,
            activity: task.resource.arn.to_string(),
            input: super::text_of(&task.parameters),
        },
        _ => WaitChange::Token { key, task: task.id },
    })
}
