//! API Gateway's REST APIs: declared by its API, deployed to stages, and reached at `execute-api`.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html>

mod address;
mod answer;
mod api;
mod deployments;
mod event;
mod execute;
mod input;
mod integrate;
mod methods;
mod operations;
mod paths;
mod proxied;
mod records;
mod service;
mod template;

pub(crate) use self::address::addressed;
pub use self::service::RestApis;
