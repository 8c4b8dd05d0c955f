//! What every subgraph shares: GraphQL over HTTP as an HTTP API's Lambda integration carries it, the executions behind
//! mutations, cursors of connections, moments, and errors with codes.
//!
//! Nothing here knows any context's types: a subgraph brings its schema, its machines and its typed errors.

pub mod cursor;
pub mod datetime;
pub mod execution;
pub mod http;
pub mod idempotency;
pub mod machines;
pub mod page_info;
pub mod rejection;
