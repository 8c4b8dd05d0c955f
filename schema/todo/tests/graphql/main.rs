//! The function `todo-graphql` as an HTTP API calls it.
#![allow(clippy::unwrap_used)]

mod http;
mod mutations;
mod queries;
mod support;
