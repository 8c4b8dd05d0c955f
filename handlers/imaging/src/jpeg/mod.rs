//! libjpeg behind a safe reader and a safe writer.

mod ffi;
mod read;
mod write;

pub(crate) use read::Reader;
pub(crate) use write::write;
