//! The HTTP front of the engine: AWS's wire protocols, API Gateway's HTTP and REST APIs, and an SDK connector without a socket.
//!
//! The gateway knows no service by name but its own (`apigateway`, `rest.apigateway`, `cloudfront`, `sts`): an [`AwsEndpoint`] reads the
//! [`service::Api`] of what is registered, turns a request into an operation with members, and the answer into the
//! protocol's response.

mod aws;
mod cloudfront;
mod declared;
mod edge;
mod function_url;
mod http_api;
mod in_process;
mod rest_api;
mod serve;
mod web;

pub use aws::AwsEndpoint;
pub use cloudfront::CloudFront;
pub use edge::Edge;
pub use function_url::{FunctionUrl, FunctionUrls};
pub use http_api::HttpApis;
pub use in_process::InProcess;
pub use rest_api::RestApis;
pub use serve::{ServeError, bind, reachable, serve};
pub use web::WebPages;
