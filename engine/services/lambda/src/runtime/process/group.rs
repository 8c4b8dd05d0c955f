//! A function's process with all that it has started: they end together.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// The group of processes that a child leads; ended when this is dropped.
pub(super) struct Group(Option<Pid>);

impl Group {
    /// The group of a child that was started as its leader.
    pub(super) fn led_by(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // There may be nobody left in it.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
