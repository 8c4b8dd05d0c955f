//! HTTP requests to the world outside the engine: API destinations, HTTP tasks, HTTP integrations of APIs.
//!
//! One pool of connections for all; TLS is checked against the system's certificates. Redirects are answers like others: none of
//! the AWS services that send requests follows them.

mod client;
mod error;
mod lookup;

pub use client::Client;
pub use error::SendError;
