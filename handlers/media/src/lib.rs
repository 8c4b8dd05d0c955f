//! The media context: its domain, the steps of its workflows, its Lambda functions.
//!
//! The domain is pure: it decides what becomes of an upload and names each refusal. The steps read and write the
//! tables and buckets around it, one function each, and [`FUNCTIONS`] is what a Lambda binary or the engine runs.

mod error;
mod functions;

pub use error::MediaError;
pub use functions::FUNCTIONS;
