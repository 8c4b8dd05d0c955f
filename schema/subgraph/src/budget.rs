//! How many nodes one request may read by id: a cheap field can name any number of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::rejection::Rejection;

/// How many nodes one request may read by id; a router asks for a page of them at a time.
const LIMIT: usize = 200;

/// What is left to a request.
#[derive(Debug)]
pub struct ReadBudget {
    left: AtomicUsize,
    what: &'static str,
}

impl ReadBudget {
    /// The budget of a request that begins; `what` it reads, for people: `todos`.
    pub fn new(what: &'static str) -> Self {
        Self { left: AtomicUsize::new(LIMIT), what }
    }

    /// Takes one read, if one is left.
    ///
    /// # Errors
    /// None is left.
    pub fn take(&self) -> Result<(), Rejection> {
        let what = self.what;
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let refused =
            |_| Rejection::BadInput(format!("a request may read {LIMIT} {what} by id; ask for the rest apart"));
        taken.map(|_| ()).map_err(refused)
    }
}
