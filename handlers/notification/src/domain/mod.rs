//! What is told to whom, and in which words: pure.

mod notice;
mod wording;

pub use notice::{Channel, Happening, Notice};
pub use wording::Wording;
pub(crate) use wording::template_data;
