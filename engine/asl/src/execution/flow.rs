//! How a frame leaves a state that did its work, and how a workflow ends.

use std::sync::Arc;

use super::frame::Position;
use super::recovery::Raised;
use super::{Execution, FrameId, MAX_PAYLOAD_BYTES, Outcome, TestStatus, Tested};
use crate::failure::Failure;
use crate::history::Details;
use crate::json::{Payload, Value};
use crate::machine::{QueryLanguage, ResultPath, Selection, State, Work};
use crate::scope::Assignments;

type Assigned = Vec<(Arc<str>, Value)>;

/// AWS's bound on all variables that an execution holds.
const MAX_VARIABLE_BYTES: usize = 10 * 1_048_576;

impl Execution {
    /// The state's work gave `result`: makes output and variables of it, and exits.
    pub(crate) fn complete(&mut self, frame: FrameId, state: &State, result: Payload) -> Result<(), Failure> {
        let (output, assigned) = if state.io.is_plain() && !self.is_test() {
            (result, Assigned::new())
        } else {
            match state.io.language {
                QueryLanguage::JsonPath => self.json_path_output(frame, state, result)?,
                QueryLanguage::Jsonata => self.jsonata_output(frame, state, result)?,
            }
        };
        self.exit(frame, state, output, assigned, state.next)
    }

    fn json_path_output(&self, frame: FrameId, state: &State, result: Payload) -> Result<(Payload, Assigned), Failure> {
        let io = &state.io;
        let result = match &io.result_selector {
            Some(selector) => {
                Payload::from(self.evaluate(frame, &result, |data| selector.evaluate("ResultSelector", &data))?)
            }
            None => result,
        };
        let watched = state.work.retries() || matches!(state.work, Work::Pass(_));
        if watched {
            self.inspect("afterResultSelector", result.value());
        }
        let assigned = match &io.assign {
            Some(_) => self.evaluate(frame, &result, |data| io.assigned(&data))?,
            None => Assigned::new(),
        };
        let input = &self.frame(frame).input;
        let combined = match &io.result_path {
            ResultPath::Replace => result,
            path => path.apply(input, result)?,
        };
        if watched {
            self.inspect("afterResultPath", combined.value());
        }
        let output = match &io.output_path {
            Selection::Whole => combined,
            selection => self.evaluate(frame, &combined, |data| selection.apply(&combined, &data))?,
        };
        Ok((output, assigned))
    }

    fn jsonata_output(&self, frame: FrameId, state: &State, result: Payload) -> Result<(Payload, Assigned), Failure> {
        let input = self.input(frame);
        self.evaluate(frame, &input, |data| {
            let data = if state.work.retries() { data.with_result(result.value()) } else { data };
            let assigned = state.io.assigned(&data)?;
            let output = match &state.io.output {
                Some(template) => Payload::from(template.evaluate("Output", &data)?),
                None => result.clone(),
            };
            Ok((output, assigned))
        })
    }

    /// Leaves the state for `next`, or ends the workflow.
    pub(crate) fn exit(
        &mut self,
        id: FrameId,
        state: &State,
        output: Payload,
        assigned: Assigned,
        next: Option<usize>,
    ) -> Result<(), Failure> {
        if !output.same(&self.frame(id).input) && self.is_too_large(&output) {
            return Err(Failure::data_limit(&state.name));
        }
        let told: Assignments = assigned.into_iter().map(|(name, value)| (name, Payload::from(value))).collect();
        if !told.is_empty() {
            self.hold(id, state, &told)?;
        }
        if let Some(testing) = &self.testing {
            let status = if testing.caught.is_some() { TestStatus::CaughtError } else { TestStatus::Succeeded };
            let next_state = next.map(|next| self.frame(id).workflow.states[next].name.clone());
            self.frame_mut(id).scope.assign(&told);
            self.inspect_variables(id);
            self.end_test(status, Some(output), None, next_state);
            return Ok(());
        }
        self.frame_mut(id).scope.assign(&told);
        let details = Details::StateExited {
            kind: state.work.kind(),
            name: state.name.clone(),
            output: output.clone(),
            assigned: told,
        };
        self.emit(id, details);
        let frame = self.frame_mut(id);
        match next {
            Some(next) => {
                frame.state = next;
                frame.input = output;
                frame.position = Position::Entering;
                self.ready.push_back(id);
            }
            None => self.end(id, output),
        }
        Ok(())
    }

    /// Makes room for variables that are assigned; fails when they are more than an `Assign` or an execution may hold.
    fn hold(&mut self, id: FrameId, state: &State, assignments: &Assignments) -> Result<(), Failure> {
        let added = assignments.iter().map(|(_, value)| value.text().len()).sum::<usize>();
        if added > MAX_PAYLOAD_BYTES || assignments.iter().any(|(_, value)| self.is_too_large(value)) {
            return Err(Failure::data_limit(&state.name));
        }
        let kept = self.variable_bytes.saturating_sub(self.frame(id).scope.replaced_bytes(assignments));
        let bytes = kept + added;
        if bytes > MAX_VARIABLE_BYTES {
            return Err(Failure::variables_limit(&state.name));
        }
        self.variable_bytes = bytes;
        Ok(())
    }

    /// The tested state has ended.
    pub(super) fn end_test(
        &mut self,
        status: TestStatus,
        output: Option<Payload>,
        raised: Option<&Raised>,
        next_state: Option<Arc<str>>,
    ) {
        let caught = self.testing.as_ref().and_then(|testing| testing.caught.clone());
        let raised = raised.or(caught.as_ref());
        let error = raised.and_then(|raised| raised.error.clone());
        let cause = raised.and_then(|raised| raised.cause.clone());
        let outcome = match &output {
            Some(output) => Outcome::Succeeded { output: output.clone() },
            None => Outcome::Failed { error: error.clone(), cause: cause.clone() },
        };
        self.conclude(Tested { status, output, error, cause, next_state, inspection: serde_json::Map::new() });
        self.finish(outcome);
    }

    /// The frame's workflow is done.
    fn end(&mut self, id: FrameId, output: Payload) {
        if self.frame(id).parent.is_some() {
            return self.child_succeeded(id, output);
        }
        let previous = self.frame(id).last_event;
        if !self.exhausted {
            self.append(previous, Details::ExecutionSucceeded { output: output.clone() });
            self.finish(Outcome::Succeeded { output });
        }
    }
}
