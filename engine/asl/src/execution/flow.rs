//! How a frame leaves a state that did its work, and how a workflow ends.

use std::sync::Arc;

use super::frame::Position;
use super::{Execution, FrameId, Outcome};
use crate::failure::Failure;
use crate::history::Details;
use crate::json::{Payload, Value};
use crate::machine::{QueryLanguage, ResultPath, Selection, State};

type Assigned = Vec<(Arc<str>, Value)>;

impl Execution {
    /// The state's work gave `result`: makes output and variables of it, and exits.
    pub(crate) fn complete(&mut self, frame: FrameId, state: &State, result: Payload) -> Result<(), Failure> {
        let (output, assigned) = if state.io.is_plain() {
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
                Payload::from(self.evaluate(frame, result.value(), |data| selector.evaluate("ResultSelector", &data))?)
            }
            None => result,
        };
        let assigned = match &io.assign {
            Some(_) => self.evaluate(frame, result.value(), |data| io.assigned(&data))?,
            None => Assigned::new(),
        };
        let input = &self.frame(frame).input;
        let combined = match &io.result_path {
            ResultPath::Replace => result,
            path => path.apply(input, result)?,
        };
        let output = match &io.output_path {
            Selection::Whole => combined,
            selection => self.evaluate(frame, combined.value(), |data| selection.apply(&combined, &data))?,
        };
        Ok((output, assigned))
    }

    fn jsonata_output(&self, frame: FrameId, state: &State, result: Payload) -> Result<(Payload, Assigned), Failure> {
        let input = self.input(frame);
        self.evaluate(frame, input.value(), |data| {
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
        let told = assigned.iter().map(|(name, value)| (name.clone(), Payload::from(value.clone()))).collect();
        let details = Details::StateExited {
            kind: state.work.kind(),
            name: state.name.clone(),
            output: output.clone(),
            assigned: told,
        };
        self.emit(id, details);
        let frame = self.frame_mut(id);
        frame.scope.assign(&assigned);
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
