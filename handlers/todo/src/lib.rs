//! The todo context: its domain, the steps of its workflows, its Lambda functions.
//!
//! [`domain`] is pure: it decides what a change makes of a todo and names each refusal. The steps read and write the
//! tables around it, one function each, and [`FUNCTIONS`] is what a Lambda binary or the engine runs.

pub mod domain;
mod error;
mod functions;
mod idempotency;
mod mutation;
mod reminder;
pub mod steps;
mod table;

pub use error::TodoError;
pub use functions::{CHECK_REMINDER, COMPLETE, CREATE, DELETE, FUNCTIONS, PUBLISH, UPDATE};
