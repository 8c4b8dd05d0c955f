//! JSON as the interpreter holds it: shared values, and payloads that keep their text.

mod jackson;
mod payload;
mod read;
mod value;
mod write;

pub use jackson::problem as json_problem;
pub use payload::Payload;
pub use value::{Object, Value};
