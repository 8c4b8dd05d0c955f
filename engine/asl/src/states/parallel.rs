//! Parallel: runs its branches side by side.

use std::sync::Arc;

use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::history::Details;
use crate::machine::{Fields, State, Workflow, workflow};

/// A Parallel state.
#[derive(Debug)]
pub(crate) struct Parallel {
    pub(crate) branches: Vec<Arc<Workflow>>,
}

impl Parallel {
    pub(crate) const FIELDS: &[&str] = &["Branches"];

    pub(crate) fn read(fields: &Fields<'_>, nesting: usize) -> Option<Self> {
        fields.require(&["Branches"]);
        let branches: Vec<_> = fields.objects("Branches").iter().map(|branch| workflow(branch, nesting + 1)).collect();
        fields.refuse_empty("Branches");
        Some(Self { branches: branches.into_iter().collect::<Option<_>>()? })
    }

    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        if let Some(mocked) = execution.mocked(frame, state, None) {
            return mocked;
        }
        let input = execution.arguments(frame, &state.io)?;
        execution.emit(frame, Details::ParallelStateStarted);
        execution.start_branches(frame, &self.branches, &input);
        Ok(())
    }
}
