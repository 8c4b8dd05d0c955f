//! Where the interpreter runs.
//!
//! JSONata is a language to compute in: one expression may take seconds before its bound ends it. Meanwhile the thread
//! must not be one that other executions and callers wait for.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs the interpreter; what `computes` gives up the thread's other work to another thread.
pub(super) fn interpret<T>(computes: bool, work: impl FnOnce() -> T) -> T {
    let has_others = || Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if computes && has_others() { tokio::task::block_in_place(work) } else { work() }
}
