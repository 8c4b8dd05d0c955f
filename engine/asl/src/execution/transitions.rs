//! The transitions of an execution: what each stimulus does, and what a frame does next.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;

use super::frame::Position;
use super::stimulus::{Cause, MapRunResult, Phase, Stimulus, TaskId, TimerId};
use super::{Action, Execution, Frame, FrameId, Kind, Mock, Outcome, Step, TimerUse};
use crate::failure::{Failure, names};
use crate::history::Details;
use crate::machine::{State, Work};
use crate::scope::Scope;
use crate::states::{self, Wait};

/// How many states may be entered in one step before the runtime gets a say.
const BUDGET: usize = 10_000;
/// The longest that an Express execution runs.
const EXPRESS_SECONDS: u64 = 300;

impl Execution {
    /// Applies one stimulus and runs until nothing more can happen without the outside, or until the step's budget is
    /// used up (then the last action is [`Action::Continue`]). A stimulus for a task or timer that nobody waits for any
    /// more changes nothing, nor does anything but [`Cause::Redrive`] once the execution has ended.
    pub fn apply(&mut self, stimulus: &Stimulus) -> Step {
        if self.outcome.is_some() != matches!(stimulus.cause, Cause::Redrive) {
            return Step::default();
        }
        self.now = stimulus.at;
        self.entropy = crate::entropy::Entropy::new(stimulus.entropy);
        match &stimulus.cause {
            Cause::Start => self.start(),
            Cause::Continue => {}
            Cause::TaskScheduled { task } => self.on_task(*task, |this, frame, _, _| {
                this.tell_schedule(frame);
                Ok(())
            }),
            Cause::TaskStarted { task, worker } => {
                self.on_task(*task, |this, frame, _, task| {
                    task.started(this, frame, worker.as_deref().map(Arc::from));
                    Ok(())
                });
            }
            Cause::TaskSubmitted { task, output } => {
                self.on_task(*task, |this, frame, _, task| {
                    task.submitted(this, frame, output);
                    Ok(())
                });
            }
            Cause::TaskSucceeded { task, output } => {
                self.on_task(*task, |this, frame, state, task| task.succeeded(this, frame, state, output));
            }
            Cause::TaskFailed { task, error, cause, phase } => {
                let texts = (error.as_deref().map(Arc::from), cause.as_deref().map(Arc::from));
                self.on_task(*task, |this, frame, _, task| Err(task.failed(this, frame, texts, *phase)));
            }
            Cause::TaskHeartbeat { task } => self.heartbeat(*task),
            Cause::TimerFired { timer } => self.timer_fired(*timer),
            Cause::MapRunEnded { run, result } => self.map_run_ended(*run, result),
            Cause::Stop { error, cause } => {
                let (error, cause) = (error.as_deref().map(Arc::from), cause.as_deref().map(Arc::from));
                self.append(0, Details::ExecutionAborted { error: error.clone(), cause: cause.clone() });
                self.finish(Outcome::Aborted { error, cause });
            }
            Cause::Redrive => self.redrive(),
        }
        self.run();
        std::mem::take(&mut self.step)
    }

    fn start(&mut self) {
        if self.last_event_id > 0 {
            return;
        }
        let seed = self.seed.clone();
        if self.is_test() {
            return;
        }
        self.append(
            0,
            Details::ExecutionStarted {
                input: seed.input.clone(),
                role_arn: seed.role_arn.clone(),
                alias_arn: seed.state_machine_alias_arn.clone(),
                version_arn: seed.state_machine_version_arn.clone(),
            },
        );
        self.limit(seed.started_at);
        let workflow = self.machine.workflow.clone();
        let root = Frame::new(None, workflow, seed.input.clone(), 0, Scope::default(), None);
        let root = self.add_frame(root);
        self.ready.push_back(root);
    }

    /// Sets the timer that ends the execution, counted from `start`.
    pub(super) fn limit(&mut self, start: Timestamp) {
        let limit = match self.seed.kind {
            Kind::Standard => self.machine.timeout_seconds,
            Kind::Express => Some(self.machine.timeout_seconds.unwrap_or(EXPRESS_SECONDS).min(EXPRESS_SECONDS)),
        };
        if let Some(seconds) = limit {
            let at = start.plus(Duration::from_secs(seconds));
            self.execution_timer = Some(self.new_timer(None, TimerUse::ExecutionTimeout, at));
        }
    }

    fn run(&mut self) {
        let mut budget = BUDGET;
        while self.outcome.is_none() {
            if self.exhausted {
                return self.end_exhausted();
            }
            if let Some((task, mock)) = self.take_answered() {
                self.answer_with(task, mock);
                continue;
            }
            let Some(frame) = self.ready.pop_front() else {
                return;
            };
            if budget == 0 {
                self.ready.push_front(frame);
                self.act(Action::Continue);
                return;
            }
            budget -= 1;
            self.advance(frame);
        }
    }

    /// The task of a test that its mock answers.
    fn take_answered(&mut self) -> Option<(TaskId, Mock)> {
        let testing = self.testing.as_mut()?;
        Some((testing.answered.take()?, testing.setup.mock.clone()?))
    }

    fn answer_with(&mut self, task: TaskId, mock: Mock) {
        self.on_task(task, |this, frame, state, task| match &mock {
            Mock::Result(output) => task.succeeded(this, frame, state, output),
            Mock::Error { error, cause } => Err(task.failed(this, frame, (error.clone(), cause.clone()), Phase::Run)),
        });
    }

    /// What a frame that can go on does.
    fn advance(&mut self, id: FrameId) {
        let frame = self.frame_mut(id);
        let workflow = frame.workflow.clone();
        let state = &workflow.states[frame.state];
        match std::mem::replace(&mut frame.position, Position::Idle) {
            Position::Entering => {
                self.enter(id, state);
                self.attempt(id, state, states::begin);
            }
            Position::Retrying => self.attempt(id, state, states::begin),
            // Nothing else makes a frame ready.
            other => self.frame_mut(id).position = other,
        }
    }

    fn enter(&mut self, id: FrameId, state: &State) {
        let now = self.now;
        let frame = self.frame_mut(id);
        frame.entered_at = now;
        frame.entered_previous = frame.last_event;
        frame.attempts.clear();
        frame.retry_count = 0;
        frame.token = None;
        frame.map_run = None;
        let details =
            Details::StateEntered { kind: state.work.kind(), name: state.name.clone(), input: frame.input.clone() };
        let event = self.emit(id, details);
        self.frame_mut(id).entered_id = event;
    }

    /// Does something in a state, and what follows when that fails.
    fn attempt(
        &mut self,
        id: FrameId,
        state: &State,
        work: impl FnOnce(&mut Self, FrameId, &State) -> Result<(), Failure>,
    ) {
        if let Err(failure) = work(self, id, state) {
            self.fail(id, state, failure);
        }
    }

    fn on_task(
        &mut self,
        task: TaskId,
        work: impl FnOnce(&mut Self, FrameId, &State, &states::Task) -> Result<(), Failure>,
    ) {
        let Some(&frame) = self.tasks.get(&task) else {
            return;
        };
        let workflow = self.frame(frame).workflow.clone();
        let state = &workflow.states[self.frame(frame).state];
        if let Work::Task(definition) = &state.work {
            self.attempt(frame, state, |this, frame, state| work(this, frame, state, definition));
        }
    }

    fn timer_fired(&mut self, timer: TimerId) {
        let Some((frame, purpose)) = self.timers.remove(&timer) else {
            return;
        };
        let Some(frame) = frame else {
            return self.execution_timed_out();
        };
        let workflow = self.frame(frame).workflow.clone();
        let state = &workflow.states[self.frame(frame).state];
        match purpose {
            TimerUse::Wait => {
                self.frame_mut(frame).position = Position::Idle;
                self.attempt(frame, state, Wait::finish);
            }
            TimerUse::BackOff => {
                self.frame_mut(frame).position = Position::Retrying;
                self.ready.push_back(frame);
            }
            TimerUse::TaskTimeout | TimerUse::Heartbeat => {
                if let (Work::Task(task), Some(id)) = (&state.work, self.running_task(frame)) {
                    let heartbeat = purpose == TimerUse::Heartbeat;
                    self.attempt(frame, state, |this, frame, _| Err(task.timed_out(this, frame, id, heartbeat)));
                }
            }
            TimerUse::ExecutionTimeout => self.execution_timed_out(),
        }
    }

    fn map_run_ended(&mut self, run: super::MapRunId, result: &MapRunResult) {
        let Some(frame) = self.runs.remove(&run) else {
            return;
        };
        let workflow = self.frame(frame).workflow.clone();
        let state = &workflow.states[self.frame(frame).state];
        match result {
            MapRunResult::Succeeded { output } => {
                let succeeded = self.frame_mut(frame);
                succeeded.position = Position::Idle;
                succeeded.map_run = None;
                self.emit(frame, Details::MapRunSucceeded);
                self.emit_aside(frame, Details::MapStateSucceeded);
                self.attempt(frame, state, |this, frame, state| this.complete(frame, state, output.clone()));
            }
            MapRunResult::Failed { error, cause } => {
                let error: Arc<str> = error.as_str().into();
                let cause: Option<Arc<str>> = cause.as_deref().map(Arc::from);
                self.emit(frame, Details::MapRunFailed { error: Some(error.clone()), cause: cause.clone() });
                self.fail(frame, state, Failure::Named { error: Some(error), cause, heartbeat: false });
            }
        }
    }

    fn execution_timed_out(&mut self) {
        self.execution_timer = None;
        self.append(0, Details::ExecutionTimedOut { error: None, cause: None });
        self.finish(Outcome::TimedOut { error: None, cause: None });
    }

    fn end_exhausted(&mut self) {
        let error: Option<Arc<str>> = Some(names::RUNTIME.into());
        let cause: Option<Arc<str>> =
            Some("The execution reached the maximum number of history events (25000).".into());
        self.append(self.last_event_id, Details::ExecutionFailed { error: error.clone(), cause: cause.clone() });
        self.finish(Outcome::Failed { error, cause });
    }

    /// Ends the execution: whatever still runs is of no concern any more.
    pub(super) fn finish(&mut self, outcome: Outcome) {
        for index in 0..self.frames.len() {
            if self.frames[index].is_some() {
                self.release(FrameId(index));
            }
        }
        if let Some(timer) = self.execution_timer.take() {
            self.cancel_timer(timer);
        }
        self.keep_remains(&outcome);
        self.frames.clear();
        self.free.clear();
        self.ready.clear();
        self.outcome = Some(outcome);
        self.act(Action::Finish);
    }
}
