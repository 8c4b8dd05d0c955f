//! Mobile push: platform applications, their endpoints, and a durable record of every push that would have left.
//!
//! Nothing goes to Apple or Google: a push is checked, given the payload that its platform would get, and kept
//! ([`Pushes`]). Credentials of applications are kept but not tried.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html>

mod application;
mod applications;
mod endpoint;
mod endpoints;
mod payload;
mod publish;
mod rows;
mod sent;

pub(crate) use rows::TABLES;
pub use sent::{Push, Pushes};
