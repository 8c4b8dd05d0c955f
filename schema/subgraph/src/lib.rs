//! What every subgraph shares: GraphQL over HTTP as an HTTP API's Lambda integration carries it, the executions behind
//! mutations, cursors of connections, moments, and errors with codes.
//!
//! Nothing here knows any context's types: a subgraph brings its schema, its machines and its typed errors.

pub mod budget;
pub mod cursor;
pub mod datetime;
mod errors;
pub mod execution;
pub mod http;
pub mod idempotency;
pub mod machines;
pub mod page_info;
pub mod paging;
pub mod rejection;
pub mod table;
pub mod walk;
