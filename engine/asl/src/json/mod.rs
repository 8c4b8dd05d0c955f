//! JSON as the interpreter holds it: shared values, and payloads that keep their text.

mod payload;
mod read;
mod value;
mod write;

pub use payload::Payload;
pub use value::{Object, Value};
