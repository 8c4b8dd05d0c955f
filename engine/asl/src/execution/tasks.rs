//! Tasks, timers and map runs under way.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;

use super::frame::{Position, StartedMapRun};
use super::{Action, Execution, FrameId, MapRun, MapRunId, Running, Task, TaskId, TimerId, TimerUse};
use crate::entropy;
use crate::history::Details;

impl Execution {
    pub(crate) fn next_task(&mut self) -> TaskId {
        TaskId(self.next_number())
    }

    pub(crate) fn token(&self, task: TaskId) -> Arc<str> {
        entropy::token(&self.seed.execution_arn, task.0, &self.entropy).into()
    }

    pub(crate) fn remember_token(&mut self, frame: FrameId, token: Arc<str>) {
        self.frame_mut(frame).token = Some(token);
    }

    pub(crate) fn retry_count(&self, frame: FrameId) -> u32 {
        self.frame(frame).retry_count
    }

    pub(crate) fn run_task(&mut self, frame: FrameId, running: Running, task: Task) {
        self.tasks.insert(running.id, frame);
        self.frame_mut(frame).position = Position::Running(running);
        if let Some(testing) = self.testing.as_mut().filter(|testing| testing.setup.mock.is_some()) {
            testing.answered = Some(task.id);
            return;
        }
        self.act(Action::StartTask(task));
    }

    /// The task that the frame waits for.
    pub(super) fn running_task(&self, frame: FrameId) -> Option<TaskId> {
        match &self.frame(frame).position {
            Position::Running(running) => Some(running.id),
            _ => None,
        }
    }

    /// Tells that the task is scheduled, if that is still to be told.
    pub(crate) fn tell_schedule(&mut self, frame: FrameId) {
        if let Position::Running(running) = &mut self.frame_mut(frame).position
            && let Some(details) = running.unscheduled.take()
        {
            self.emit(frame, *details);
        }
    }

    /// Notes that the task's start is told: `None` when it was before, else its heartbeat interval.
    pub(crate) fn mark_started(&mut self, frame: FrameId) -> Option<Option<Duration>> {
        match &mut self.frame_mut(frame).position {
            Position::Running(running) if !running.started => {
                running.started = true;
                Some(running.heartbeat)
            }
            _ => None,
        }
    }

    pub(super) fn heartbeat(&mut self, task: TaskId) {
        let Some(&frame) = self.tasks.get(&task) else {
            return;
        };
        if let Position::Running(Running { heartbeat: Some(heartbeat), .. }) = self.frame(frame).position {
            self.restart_heartbeat(frame, heartbeat);
        }
    }

    pub(crate) fn restart_heartbeat(&mut self, frame: FrameId, heartbeat: Duration) {
        let at = self.now.plus(heartbeat);
        let timer = self.set_timer(frame, TimerUse::Heartbeat, at);
        if let Position::Running(running) = &mut self.frame_mut(frame).position
            && let Some(former) = running.heartbeat_timer.replace(timer)
        {
            self.cancel_timer(former);
        }
    }

    /// The task is over; its timers with it.
    pub(crate) fn leave_task(&mut self, frame: FrameId) {
        if let Position::Running(running) = std::mem::replace(&mut self.frame_mut(frame).position, Position::Idle) {
            self.tasks.remove(&running.id);
            for timer in [running.timeout_timer, running.heartbeat_timer].into_iter().flatten() {
                self.cancel_timer(timer);
            }
        }
    }

    pub(crate) fn set_timer(&mut self, frame: FrameId, purpose: TimerUse, at: Timestamp) -> TimerId {
        self.new_timer(Some(frame), purpose, at)
    }

    pub(super) fn new_timer(&mut self, frame: Option<FrameId>, purpose: TimerUse, at: Timestamp) -> TimerId {
        let timer = TimerId(self.next_number());
        self.timers.insert(timer, (frame, purpose));
        self.act(Action::SetTimer { timer, at });
        timer
    }

    pub(super) fn cancel_timer(&mut self, timer: TimerId) {
        if self.timers.remove(&timer).is_some() {
            self.act(Action::CancelTimer(timer));
        }
    }

    pub(crate) fn wait_until(&mut self, frame: FrameId, at: Timestamp) {
        let timer = self.set_timer(frame, TimerUse::Wait, at);
        self.frame_mut(frame).position = Position::Waiting(timer);
    }

    pub(crate) fn map_run_arn(&self, label: Option<&str>) -> Arc<str> {
        let base = self.seed.state_machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
        let label = label.map_or_else(|| self.entropy.uuid(), str::to_owned);
        format!("{base}/{label}:{}", self.entropy.uuid()).into()
    }

    /// Starts a map run whose id is still to be given.
    pub(crate) fn start_map_run(&mut self, frame: FrameId, run: MapRun) {
        let follows = self.frame(frame).last_event;
        self.emit(frame, Details::MapRunStarted { arn: run.arn.clone() });
        self.run_map(frame, StartedMapRun { run, follows });
    }

    pub(super) fn run_map(&mut self, frame: FrameId, mut started: StartedMapRun) {
        let id = MapRunId(self.next_number());
        started.run.id = id;
        self.act(Action::StartMapRun(started.run.clone()));
        self.runs.insert(id, frame);
        let frame = self.frame_mut(frame);
        frame.position = Position::MapRunning(id);
        frame.map_run = Some(Box::new(started));
    }

    /// Lets go of what the frame itself waits for.
    pub(super) fn release(&mut self, frame: FrameId) {
        match std::mem::replace(&mut self.frame_mut(frame).position, Position::Idle) {
            Position::Waiting(timer) | Position::BackingOff(timer) => self.cancel_timer(timer),
            Position::MapRunning(run) => {
                self.runs.remove(&run);
                self.act(Action::CancelMapRun(run));
            }
            Position::Running(running) => {
                self.frame_mut(frame).position = Position::Running(running.clone());
                self.leave_task(frame);
                self.act(Action::CancelTask(running.id));
            }
            forked @ Position::Forked(_) => self.frame_mut(frame).position = forked,
            Position::Entering | Position::Retrying | Position::Idle => {}
        }
    }
}
