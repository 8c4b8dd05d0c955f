//! API Gateway's HTTP APIs: declared by its API, served at the web address.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html>

mod api;
mod cors;
mod event;
mod operations;
mod records;
mod response;
mod route_key;
mod serve;
mod service;

pub(crate) use self::cors::Cors;
pub(crate) use self::event::{Match, event};
pub(crate) use self::operations::function_of;
pub(crate) use self::response::response;
pub use self::service::HttpApis;
pub(crate) use serve::{reply, taken};
