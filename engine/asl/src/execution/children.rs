//! Branches and iterations: frames that another frame waits for.

use std::collections::BTreeSet;
use std::sync::Arc;

use clock::Timestamp;

use super::frame::{Forked, Iterations, Parent, Position};
use super::recovery::Raised;
use super::{Execution, Frame, FrameId};
use crate::context::Item;
use crate::failure::Failure;
use crate::history::{Details, StateKind};
use crate::json::{Payload, Value};
use crate::machine::{State, Work, Workflow};
use crate::scope::Scope;

impl Frame {
    pub(super) fn new(
        parent: Option<Parent>,
        workflow: Arc<Workflow>,
        input: Payload,
        last_event: u64,
        scope: Scope,
        item: Option<Item>,
    ) -> Self {
        Self {
            parent,
            state: workflow.start,
            workflow,
            input,
            entered_at: Timestamp::from_millis(0),
            entered_id: 0,
            entered_previous: 0,
            last_event,
            scope,
            attempts: Vec::new(),
            retry_count: 0,
            item,
            token: None,
            map_run: None,
            position: Position::Entering,
        }
    }
}

impl Execution {
    /// Starts the branches of a Parallel.
    pub(crate) fn start_branches(&mut self, id: FrameId, branches: &[Arc<Workflow>], input: &Payload) {
        let frame = self.frame(id);
        let (last_event, scope, item) = (frame.last_event, frame.scope.clone(), frame.item.clone());
        let mut live = BTreeSet::new();
        for (index, branch) in branches.iter().enumerate() {
            let parent = Parent { frame: id, index };
            let scope = Scope::inside(scope.clone());
            let child = Frame::new(Some(parent), branch.clone(), input.clone(), last_event, scope, item.clone());
            let child = self.add_frame(child);
            live.insert(child);
            self.ready.push_back(child);
        }
        let forked = Forked { results: vec![None; branches.len()], live, iterations: None };
        self.frame_mut(id).position = Position::Forked(Box::new(forked));
    }

    /// Starts as many iterations of an inline Map as may run at once.
    pub(crate) fn start_iterations(
        &mut self,
        id: FrameId,
        state: &State,
        input: Payload,
        items: Arc<Vec<Value>>,
        concurrency: usize,
    ) -> Result<(), Failure> {
        let count = items.len();
        let forked = Forked {
            results: vec![None; count],
            live: BTreeSet::new(),
            iterations: Some(Iterations { items, next: 0, input, concurrency }),
        };
        self.frame_mut(id).position = Position::Forked(Box::new(forked));
        if count == 0 {
            return self.iterations_done(id, state);
        }
        let started = self.frame(id).last_event;
        self.fill_iterations(id, state, started)
    }

    /// Starts iterations until as many run as may.
    pub(super) fn fill_iterations(&mut self, id: FrameId, state: &State, previous: u64) -> Result<(), Failure> {
        while self.has_room(id) {
            self.start_iteration(id, state, previous)?;
        }
        Ok(())
    }

    /// Whether another iteration may run beside those that do.
    fn has_room(&self, id: FrameId) -> bool {
        let Position::Forked(forked) = &self.frame(id).position else {
            return false;
        };
        let (live, iterations) = (forked.live.len(), forked.iterations.as_ref());
        iterations.is_some_and(|of| of.next < of.items.len() && live < of.concurrency)
    }

    /// Starts the next iteration, its first event following `previous`.
    fn start_iteration(&mut self, id: FrameId, state: &State, previous: u64) -> Result<(), Failure> {
        let Work::Map(map) = &state.work else {
            return Ok(());
        };
        let Some((index, value, map_input)) = self.next_item(id) else {
            return Ok(());
        };
        let details = Details::MapIterationStarted { name: state.name.clone(), index };
        let event = self.emit_after(previous, details);
        let item = Item { index, value };
        let input = match self.select_item(id, map, state, &map_input, item.current()) {
            Ok(input) => input,
            Err(failure) => {
                self.put_back(id, index);
                return Err(failure);
            }
        };
        let scope = Scope::inside(self.frame(id).scope.clone());
        let parent = Parent { frame: id, index };
        let child = Frame::new(Some(parent), map.processor.clone(), input, event, scope, Some(item));
        let child = self.add_frame(child);
        if let Position::Forked(forked) = &mut self.frame_mut(id).position {
            forked.live.insert(child);
        }
        self.ready.push_back(child);
        Ok(())
    }

    fn next_item(&mut self, id: FrameId) -> Option<(usize, Value, Payload)> {
        let Position::Forked(forked) = &mut self.frame_mut(id).position else {
            return None;
        };
        let iterations = forked.iterations.as_mut()?;
        let index = iterations.next;
        let value = iterations.items.get(index)?.clone();
        iterations.next += 1;
        Some((index, value, iterations.input.clone()))
    }

    /// An item whose iteration could not be started is the next again, for a redrive.
    fn put_back(&mut self, id: FrameId, index: usize) {
        if let Position::Forked(forked) = &mut self.frame_mut(id).position
            && let Some(iterations) = &mut forked.iterations
        {
            iterations.next = index;
        }
    }

    /// A branch or iteration is done.
    pub(super) fn child_succeeded(&mut self, child: FrameId, output: Payload) {
        let frame = self.frame(child);
        let Some(Parent { frame: id, index }) = frame.parent else {
            return;
        };
        let mut last_event = frame.last_event;
        let workflow = self.frame(id).workflow.clone();
        let state = &workflow.states[self.frame(id).state];
        let mut finished = last_event;
        if let Work::Map(_) = &state.work {
            finished = self.emit_aside(child, Details::MapIterationSucceeded { name: state.name.clone(), index });
        }
        self.remove_frame(child);
        let Position::Forked(forked) = &mut self.frame_mut(id).position else {
            return;
        };
        forked.results[index] = Some(output);
        forked.live.remove(&child);
        let more = forked.iterations.as_ref().is_some_and(|iterations| iterations.next < iterations.items.len());
        let done = !more && forked.live.is_empty();
        let outcome = if more {
            self.start_iteration(id, state, last_event)
        } else if done {
            last_event = finished;
            self.frame_mut(id).last_event = last_event;
            self.iterations_done(id, state)
        } else {
            Ok(())
        };
        if let Err(failure) = outcome {
            self.fail(id, state, failure);
        }
    }

    /// All branches or iterations are done.
    fn iterations_done(&mut self, id: FrameId, state: &State) -> Result<(), Failure> {
        let Position::Forked(forked) = std::mem::replace(&mut self.frame_mut(id).position, Position::Idle) else {
            return Ok(());
        };
        let results = forked.results.into_iter().flatten().collect::<Vec<_>>();
        let succeeded = match &state.work {
            Work::Map(_) => Details::MapStateSucceeded,
            _ => Details::ParallelStateSucceeded,
        };
        self.emit_aside(id, succeeded);
        self.complete(id, state, Payload::array(&results))
    }

    /// A branch or iteration failed: the others end, and the state they belong to fails.
    pub(super) fn child_failed(&mut self, child: FrameId, raised: Raised) {
        let frame = self.frame(child);
        let Some(Parent { frame: id, index }) = frame.parent else {
            return;
        };
        let last_event = frame.last_event;
        let kind = frame.workflow.states[frame.state].work.kind();
        let workflow = self.frame(id).workflow.clone();
        let state = &workflow.states[self.frame(id).state];
        self.remember();
        let in_map = matches!(state.work, Work::Map(_));
        if !in_map && kind == StateKind::Task {
            self.emit_after(last_event, Details::StateAborted { kind });
        }
        if let Position::Forked(forked) = &mut self.frame_mut(id).position {
            forked.live.remove(&child);
        }
        self.remove_frame(child);
        self.abort_children(id, last_event);
        if in_map {
            self.emit_after(last_event, Details::MapIterationFailed { name: state.name.clone(), index });
        }
        self.frame_mut(id).last_event = last_event;
        self.fail_forked(id, raised);
    }

    /// Ends whatever runs inside the frame's state; `reason` is the event that each is aborted after.
    pub(super) fn abort_children(&mut self, id: FrameId, reason: u64) {
        let Position::Forked(forked) = &mut self.frame_mut(id).position else {
            return;
        };
        let live = std::mem::take(&mut forked.live);
        let workflow = self.frame(id).workflow.clone();
        let state = &workflow.states[self.frame(id).state];
        for child in live {
            self.abort_children(child, reason);
            let frame = self.frame(child);
            let entered = !matches!(frame.position, Position::Entering);
            let map_run = matches!(frame.position, Position::MapRunning(_));
            let kind = frame.workflow.states[frame.state].work.kind();
            let index = frame.parent.map_or(0, |parent| parent.index);
            if let Work::Map(_) = &state.work {
                self.emit_after(reason, Details::MapIterationAborted { name: state.name.clone(), index });
            }
            if map_run {
                self.emit_after(reason, Details::MapRunAborted);
            }
            if entered && matches!(kind, StateKind::Task | StateKind::Wait | StateKind::Map | StateKind::Parallel) {
                self.emit_after(reason, Details::StateAborted { kind });
            }
            self.release(child);
            self.ready.retain(|ready| *ready != child);
            self.remove_frame(child);
        }
    }
}
