//! The function `media-graphql` as an HTTP API calls it.
#![allow(clippy::unwrap_used)]

mod mutations;
mod queries;
mod support;
