//! Pass: hands its input on, changed by its fields.

use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::json::Payload;
use crate::machine::{Fields, QueryLanguage, State};

/// A Pass state.
#[derive(Debug)]
pub(crate) struct Pass {
    /// JSONPath's `Result`: stands in for the result.
    result: Option<Payload>,
}

impl Pass {
    pub(crate) const FIELDS: &[&str] = &["Result"];

    pub(crate) fn read(fields: &Fields<'_>) -> Self {
        Self { result: fields.get("Result").cloned().map(Payload::from) }
    }

    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let result = match (state.io.language, &self.result) {
            (QueryLanguage::JsonPath, Some(result)) => {
                execution.inspect("result", result.value());
                result.clone()
            }
            (QueryLanguage::JsonPath, None) => execution.arguments(frame, &state.io)?,
            (QueryLanguage::Jsonata, _) => execution.input(frame),
        };
        execution.complete(frame, state, result)
    }
}
