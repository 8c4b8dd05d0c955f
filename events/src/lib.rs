//! The contracts of every event on the bus: Rust types, JSON Schemas, recorded examples.
//!
//! A producer builds a detail such as [`TodoCreated`] and sends it under its [`Event::DETAIL_TYPE`] and
//! [`Event::SOURCE`]; a consumer reads an [`Envelope`] of it. [`CONTRACTS`] lists every event there is. The JSON Schemas
//! in `schemas/` are generated from these types, and the envelopes in `examples/` are checked against both.

mod consumed;
mod contract;
mod envelope;
mod media;
mod timestamp;
mod todo;

pub use consumed::{CONSUMED, Consumed};
pub use contract::{CONTRACTS, Contract};
pub use envelope::{Envelope, Event, Mismatch};
pub use media::{
    MediaFact, MediaKind, MediaProcessed, MediaReason, MediaRejected, MediaSnapshot, MediaStatus, MediaUploaded,
    MediaVariant, SubjectErased,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use todo::{
    ChangedField, TodoCompleted, TodoCreated, TodoDeleted, TodoFact, TodoReminderDue, TodoReopened, TodoSnapshot,
    TodoStatus, TodoUpdated,
};
