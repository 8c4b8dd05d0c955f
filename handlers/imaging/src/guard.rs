//! Contains the panics of decoders that strangers' bytes are fed to.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::format::Format;
use crate::rejection::Rejection;

/// Runs `work` and turns a panic into a refusal of the file. Nothing that `work` borrows is used after a panic.
///
/// A binary built with `panic = "abort"` has no such net: there a panic ends the process, and the caller of the
/// function sees it crash.
pub(crate) fn contained<T>(format: Format, work: impl FnOnce() -> Result<T, Rejection>) -> Result<T, Rejection> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Rejection::corrupt(format, "its decoder gave up on it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_a_decoder_is_a_refusal_of_the_file() {
        let outcome: Result<(), _> = contained(Format::Gif, || panic!("index out of bounds"));
        assert_eq!(outcome.map_err(|rejection| rejection.code()), Err("Media.Corrupt"));
    }
}
