//! What happens when a state fails: `Retry`, `Catch`, or the end of its workflow.

use std::sync::Arc;

use super::frame::Position;
use super::{Execution, FrameId, Outcome, TestStatus, TimerUse};
use crate::context::object;
use crate::failure::{Failure, names};
use crate::history::Details;
use crate::json::{Payload, Value};
use crate::machine::{Catcher, QueryLanguage, State, Work, error_matches};

/// An error as `Retry`, `Catch` and the history see it.
#[derive(Clone, Debug)]
pub(super) struct Raised {
    pub(super) error: Option<Arc<str>>,
    pub(super) cause: Option<Arc<str>>,
    heartbeat: bool,
    /// A query failed.
    query: bool,
    /// Nothing retries or catches it, here or around: the execution ends at once.
    fatal: bool,
}

impl Execution {
    /// The state failed.
    pub(super) fn fail(&mut self, id: FrameId, state: &State, failure: Failure) {
        if let Failure::Runtime(_) = failure {
            let raised = self.raise(id, state, failure);
            return self.give_up(id, raised);
        }
        if matches!(self.frame(id).position, Position::Forked(_)) {
            self.remember();
        }
        self.abort_children(id, self.frame(id).last_event);
        let raised = self.raise(id, state, failure);
        if self.retry(id, state, &raised) {
            self.remains = None;
            return;
        }
        let forked = raised.query || is_forked(&self.frame(id).position);
        if let Some(details) = fork_failed(state).filter(|_| forked) {
            self.emit(id, details);
        }
        self.frame_mut(id).position = Position::Idle;
        let found = state
            .catch
            .iter()
            .position(|catcher| error_matches(&catcher.errors, raised.error.as_deref(), raised.heartbeat));
        match found {
            None => self.give_up(id, raised),
            Some(index) => {
                let catcher = &state.catch[index];
                self.remains = None;
                self.inspect_error(&[("catchIndex", index.into())]);
                if let Some(testing) = &mut self.testing {
                    testing.caught = Some(raised.clone());
                }
                if let Err(failure) = self.catch(id, state, index, catcher, &raised) {
                    let raised = self.raise(id, state, failure);
                    self.give_up(id, raised);
                }
            }
        }
    }

    /// A message with the state that it is about.
    fn placed(&self, id: FrameId, state: &State, message: &str) -> Arc<str> {
        if self.is_test() {
            return message.into();
        }
        let entered = self.frame(id).entered_id;
        format!(
            "An error occurred while executing the state '{}' (entered at the event id #{entered}). {message}",
            state.name
        )
        .into()
    }

    /// The failure as an error with its text; a failed query is told in the history.
    fn raise(&mut self, id: FrameId, state: &State, failure: Failure) -> Raised {
        match failure {
            Failure::Named { error, cause, heartbeat } => {
                Raised { error, cause, heartbeat, query: false, fatal: false }
            }
            Failure::Runtime(message) => {
                let cause = self.placed(id, state, &message);
                let error = Some(names::RUNTIME.into());
                Raised { error, cause: Some(cause), heartbeat: false, query: false, fatal: true }
            }
            Failure::Query { message, location, evaluated } => {
                let cause = self.placed(id, state, &message);
                // AWS chains the event to what came before the state's entry, as long as nothing came after that.
                let frame = self.frame_mut(id);
                if frame.last_event == frame.entered_id && !evaluated {
                    frame.last_event = frame.entered_previous;
                }
                let error: Arc<str> = names::QUERY_EVALUATION.into();
                let details = Details::EvaluationFailed {
                    error: error.clone(),
                    cause: Some(cause.clone()),
                    location: location.map(Arc::from),
                    state: state.name.clone(),
                };
                self.emit(id, details);
                Raised { error: Some(error), cause: Some(cause), heartbeat: false, query: true, fatal: false }
            }
        }
    }

    /// Whether a retrier takes it.
    fn retry(&mut self, id: FrameId, state: &State, raised: &Raised) -> bool {
        let found = state
            .retry
            .iter()
            .position(|retrier| error_matches(&retrier.errors, raised.error.as_deref(), raised.heartbeat));
        let Some(index) = found else {
            return false;
        };
        let retrier = &state.retry[index];
        let frame = self.frame_mut(id);
        frame.attempts.resize(state.retry.len(), 0);
        let mut attempt = frame.attempts[index];
        if let Some(testing) = &self.testing {
            attempt = testing.setup.retrier_retry_count.unwrap_or(0);
            self.inspect_error(&[("retryIndex", index.into())]);
        }
        if u64::from(attempt) >= retrier.max_attempts {
            return false;
        }
        if self.is_test() {
            let delay = retrier.delay(attempt, 1.0);
            self.inspect_error(&[("retryBackoffIntervalSeconds", delay.as_secs().into())]);
            self.end_test(TestStatus::Retriable, None, Some(raised), None);
            return true;
        }
        let frame = self.frame_mut(id);
        frame.attempts[index] += 1;
        frame.retry_count += 1;
        let unit = if retrier.full_jitter { self.entropy.unit() } else { 1.0 };
        let at = self.now.plus(retrier.delay(attempt, unit));
        let timer = self.set_timer(id, TimerUse::BackOff, at);
        self.frame_mut(id).position = Position::BackingOff(timer);
        true
    }

    fn catch(
        &mut self,
        id: FrameId,
        state: &State,
        index: usize,
        catcher: &Catcher,
        raised: &Raised,
    ) -> Result<(), Failure> {
        let field = |name: &str| format!("Catch[{index}]/{name}");
        // A worker may fail a task without a word; other errors that have no cause have an empty one.
        let wordless = raised.error.is_none() && raised.cause.is_none();
        let text = |text: &Option<Arc<str>>| match text {
            None if wordless => Value::Null,
            text => Value::String(text.clone().unwrap_or_default()),
        };
        let error_output = Value::object(object([("Error", text(&raised.error)), ("Cause", text(&raised.cause))]));
        let input = self.input(id);
        let (output, assigned) = match state.io.language {
            QueryLanguage::JsonPath => {
                let assigned = match &catcher.assign {
                    Some(assign) => self.evaluate(id, &Payload::from(error_output.clone()), |data| {
                        assign.evaluate_members(&field("Assign"), &data)
                    })?,
                    None => Vec::new(),
                };
                (catcher.result_path.apply(&input, Payload::from(error_output))?, assigned)
            }
            QueryLanguage::Jsonata => self.evaluate(id, &input, |data| {
                let data = data.with_error(&error_output);
                let assigned = match &catcher.assign {
                    Some(assign) => assign.evaluate_members(&field("Assign"), &data)?,
                    None => Vec::new(),
                };
                let output = match &catcher.output {
                    Some(output) => output.evaluate(&field("Output"), &data)?,
                    None => error_output.clone(),
                };
                Ok((Payload::from(output), assigned))
            })?,
        };
        self.exit(id, state, output, assigned, Some(catcher.next))
    }

    /// The frame's workflow fails.
    fn give_up(&mut self, id: FrameId, raised: Raised) {
        if self.frame(id).parent.is_some() && !raised.fatal {
            return self.child_failed(id, raised);
        }
        if self.exhausted {
            return;
        }
        if self.is_test() {
            return self.end_test(TestStatus::Failed, None, Some(&raised), None);
        }
        let (error, cause) = (raised.error, raised.cause);
        self.append(self.last_event_id, Details::ExecutionFailed { error: error.clone(), cause: cause.clone() });
        self.finish(Outcome::Failed { error, cause });
    }

    /// A branch or iteration failed: so does the state that started it, in the same way.
    pub(super) fn fail_forked(&mut self, id: FrameId, raised: Raised) {
        let workflow = self.frame(id).workflow.clone();
        let state = &workflow.states[self.frame(id).state];
        self.fail(id, state, Failure::Named { error: raised.error, cause: raised.cause, heartbeat: raised.heartbeat });
    }
}

/// Whether branches, iterations or a map run had begun.
fn is_forked(position: &Position) -> bool {
    matches!(position, Position::Forked(_) | Position::MapRunning(_))
}

/// The event for the failure of a state that has branches, iterations or a map run.
fn fork_failed(state: &State) -> Option<Details> {
    match &state.work {
        Work::Parallel(_) => Some(Details::ParallelStateFailed),
        Work::Map(_) => Some(Details::MapStateFailed),
        _ => None,
    }
}
