//! The typed errors of payloads, and which error of an execution becomes which.

use async_graphql::Enum;
use subgraph::typed_errors;

/// What exactly is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum MutationErrorCode {
    /// Nothing is left of the title without the white space around it.
    TitleEmpty,
    /// The title has more than 200 characters.
    TitleTooLong,
    /// The title contains a control character.
    TitleInvalid,
    /// The notes have more than 10000 characters.
    NotesTooLong,
    /// The due time isn't RFC 3339 with an offset.
    DueTimeInvalid,
    /// The due time has passed.
    DueTimePassed,
    /// There is no such todo.
    NotFound,
    /// The todo has changed meanwhile.
    VersionConflict,
    /// The idempotency key is empty or too long.
    IdempotencyKeyInvalid,
    /// The idempotency key was used for another input.
    IdempotencyMismatch,
}

typed_errors! {
    /// Why a mutation changed nothing.
    MutationError with MutationErrorCode

    /// There is no such todo, or no longer.
    TodoNotFound of Some("id") => { "Todo.NotFound": NotFound }
    /// The title isn't one.
    InvalidTitle of Some("title") => {
        "Todo.TitleEmpty": TitleEmpty, "Todo.TitleTooLong": TitleTooLong, "Todo.TitleInvalid": TitleInvalid
    }
    /// The notes are too long.
    InvalidNotes of Some("notes") => { "Todo.NotesTooLong": NotesTooLong }
    /// The due time isn't one, or lies in the past.
    InvalidDueTime of Some("dueAt") => { "Todo.InvalidDueTime": DueTimeInvalid, "Todo.DueInPast": DueTimePassed }
    /// The todo has changed since the client read it.
    VersionConflict of Some("expectedVersion") => { "Todo.VersionConflict": VersionConflict }
    /// The idempotency key isn't one.
    InvalidIdempotencyKey of Some("idempotencyKey") => { "Todo.InvalidIdempotencyKey": IdempotencyKeyInvalid }
    /// The idempotency key belongs to another request.
    IdempotencyMismatch of Some("idempotencyKey") => { "Todo.IdempotencyMismatch": IdempotencyMismatch }
}
