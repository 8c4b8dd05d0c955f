//! Succeed: ends its workflow.

use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::machine::{QueryLanguage, State};

pub(crate) fn begin(execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
    let result = match state.io.language {
        QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
        QueryLanguage::Jsonata => execution.input(frame),
    };
    execution.complete(frame, state, result)
}
