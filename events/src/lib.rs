//! The contracts of every event on the bus: Rust types, JSON Schemas, recorded examples.
