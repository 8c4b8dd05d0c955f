//! The AWS endpoint: one address at which every service answers in its own wire protocol.

mod call;
mod caller;
mod endpoint;
mod execute_api;
mod json;
mod mounted;
mod query;
mod reply;
mod rest_json;
mod sts;

pub use endpoint::AwsEndpoint;
pub(crate) use query::xml;
