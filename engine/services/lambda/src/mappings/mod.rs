//! Event source mappings: what Lambda reads from queues and streams to invoke functions with.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html>

mod intake;
mod mapping;
mod members;
mod stage;
mod work;

pub(crate) use mapping::{Mapping, State};
pub(crate) use members::{changed, check_source, given};
pub(crate) use work::Mappings;
