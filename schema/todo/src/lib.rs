//! The todo subgraph: resolvers that start executions and read tables.
