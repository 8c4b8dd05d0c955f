//! The media subgraph: resolvers that start executions, read the table of media and sign addresses of variants.
//!
//! A mutation starts the state machine of its name and waits for it; the machine's error, when it has a name that
//! clients are told of ([`MAPPED_ERRORS`]), becomes a typed error of the payload. A query reads the table. No rule about
//! media is written here. [`sdl`] is the subgraph as the router composes it, committed as `schema.graphql`.

mod addresses;
mod byte_count;
mod connection;
mod errors;
mod filter;
mod http;
mod inputs;
mod machines;
mod media;
mod mutation;
mod payloads;
mod query;
mod schema;
mod table;
mod upload;
mod variant;

use function::Function;

pub use errors::MAPPED_ERRORS;
pub use http::Graphql;
pub use schema::sdl;

/// Answers GraphQL over HTTP.
pub const GRAPHQL: Function =
    Function { name: "media-graphql", build: |context| Ok(Box::new(Graphql::build(context)?)) };

/// All functions of this subgraph, for whoever links them.
pub const FUNCTIONS: &[Function] = &[GRAPHQL];
