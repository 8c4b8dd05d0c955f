//! How many todos one request may read by id: a cheap field can name any number of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::rejection::Rejection;

/// How many todos one request may read by id; a router asks for a page of them at a time.
const LIMIT: usize = 200;

/// What is left to a request.
#[derive(Debug)]
pub(crate) struct ReadBudget(AtomicUsize);

impl ReadBudget {
    /// The budget of a request that begins.
    pub(crate) fn new() -> Self {
        Self(AtomicUsize::new(LIMIT))
    }

    /// Takes one read, if one is left.
    pub(crate) fn take(&self) -> Result<(), Rejection> {
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let refused =
            |_| Rejection::BadInput(format!("a request may read {LIMIT} todos by id; ask for the rest apart"));
        taken.map(|_| ()).map_err(refused)
    }
}
