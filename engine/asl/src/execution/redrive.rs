//! Redrive: an execution that ended without success goes on where it failed.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html>

use std::sync::Arc;

use super::frame::{Position, StartedMapRun};
use super::{Execution, Frame, FrameId, Kind, MAX_HISTORY_EVENTS, Outcome};
use crate::failure::Failure;
use crate::history::{Details, StateKind};
use crate::machine::State;

/// AWS redrives a map run as often at most.
const MAX_MAP_RUN_REDRIVES: u32 = 1000;

impl Execution {
    /// Keeps the frames as they are, before a failure ends some of them that a redrive goes on with.
    pub(super) fn remember(&mut self) {
        if self.remains.is_none() && self.is_redriven_on_request() {
            self.remains = Some(self.frames.clone());
        }
    }

    /// Keeps what a redrive needs when the execution ends.
    pub(super) fn keep_remains(&mut self, outcome: &Outcome) {
        if matches!(outcome, Outcome::Succeeded { .. }) {
            self.remains = None;
        } else if self.remains.is_none() && self.is_redriven_on_request() {
            self.remains = Some(std::mem::take(&mut self.frames));
        }
    }

    fn is_redriven_on_request(&self) -> bool {
        self.seed.kind == Kind::Standard && !self.is_test()
    }

    /// Goes on with the frames that had not ended: branches and iterations that succeeded keep their results.
    pub(super) fn redrive(&mut self) {
        if self.last_event_id + 1 >= MAX_HISTORY_EVENTS {
            return;
        }
        let Some(frames) = self.remains.take() else {
            return;
        };
        self.outcome = None;
        let seed = Arc::make_mut(&mut self.seed);
        seed.redrive_count += 1;
        let redrive_count = seed.redrive_count;
        self.redriven_at = Some(self.now);
        self.append(self.last_event_id, Details::ExecutionRedriven { redrive_count });
        self.limit(self.now);
        let live = |(index, frame): (usize, &Option<Frame>)| frame.is_some().then_some(index);
        let all: Vec<usize> = frames.iter().enumerate().filter_map(live).collect();
        self.free = (0..frames.len()).filter(|index| frames[*index].is_none()).collect();
        self.variable_bytes = frames.iter().flatten().map(|frame| frame.scope.bytes()).sum();
        self.frames = frames;
        for index in all {
            // One that fails at once takes its siblings with it.
            if self.outcome.is_none() && self.frames[index].is_some() {
                self.resume(FrameId(index));
            }
        }
    }

    fn resume(&mut self, id: FrameId) {
        let frame = self.frame_mut(id);
        frame.attempts.clear();
        frame.retry_count = 0;
        let workflow = frame.workflow.clone();
        let state = &workflow.states[frame.state];
        match &frame.position {
            Position::Forked(_) => {
                let previous = frame.last_event;
                if let Err(failure) = self.fill_iterations(id, state, previous) {
                    self.fail(id, state, failure);
                }
                return;
            }
            Position::Entering => {}
            _ => {
                if let Some(started) = frame.map_run.take() {
                    return self.resume_map_run(id, state, *started);
                }
                // The next attempt follows the state's entry again, not the attempt that failed; a Fail state is
                // entered anew.
                if state.work.kind() == StateKind::Fail {
                    frame.position = Position::Entering;
                    frame.last_event = frame.entered_previous;
                } else {
                    frame.position = Position::Retrying;
                    frame.last_event = frame.entered_id;
                }
            }
        }
        self.ready.push_back(id);
    }

    fn resume_map_run(&mut self, id: FrameId, state: &State, mut started: StartedMapRun) {
        self.frame_mut(id).last_event = started.follows;
        if started.run.redrive_count >= MAX_MAP_RUN_REDRIVES {
            let failure = Failure::runtime(format!("The map run has been redriven {MAX_MAP_RUN_REDRIVES} times."));
            return self.fail(id, state, failure);
        }
        started.run.redrive_count += 1;
        let (arn, redrive_count) = (started.run.arn.clone(), started.run.redrive_count);
        self.emit(id, Details::MapRunRedriven { arn, redrive_count });
        self.run_map(id, started);
    }
}
