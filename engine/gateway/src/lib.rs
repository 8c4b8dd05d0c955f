//! The HTTP front of the engine: AWS's wire protocols, API Gateway's HTTP APIs, and an SDK connector without a socket.
//!
//! The gateway knows no service by name but its own two (`apigateway`, `sts`): an [`AwsEndpoint`] reads the
//! [`service::Api`] of what is registered, turns a request into an operation with members, and the answer into the
//! protocol's response.

mod aws;
mod http_api;
mod in_process;
mod serve;
mod web;

pub use aws::AwsEndpoint;
pub use http_api::HttpApis;
pub use in_process::InProcess;
pub use serve::{ServeError, bind, serve};
pub use web::WebPages;
