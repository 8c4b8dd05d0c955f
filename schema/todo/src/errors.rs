//! The typed errors of payloads, and which error of an execution becomes which.

use async_graphql::{Enum, Interface, SimpleObject};

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

/// Why a mutation changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Interface)]
#[graphql(
    field(name = "message", ty = "&String", desc = "What is wrong and what to do, for people."),
    field(name = "code", ty = "&MutationErrorCode", desc = "What is wrong, for programs."),
    field(name = "field", ty = "&Option<String>", desc = "The field of the input that is to blame, if one is.")
)]
pub(crate) enum MutationError {
    TodoNotFound(TodoNotFound),
    InvalidTitle(InvalidTitle),
    InvalidNotes(InvalidNotes),
    InvalidDueTime(InvalidDueTime),
    VersionConflict(VersionConflict),
    InvalidIdempotencyKey(InvalidIdempotencyKey),
    IdempotencyMismatch(IdempotencyMismatch),
}

macro_rules! mutation_errors {
    ($($(#[doc = $about:literal])+ $kind:ident of $field:expr => { $($name:literal: $code:ident),+ })+) => {
        $(
            $(#[doc = $about])+
            #[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
            pub(crate) struct $kind {
                /// What is wrong and what to do, for people.
                message: String,
                /// What is wrong, for programs.
                code: MutationErrorCode,
                /// The field of the input that is to blame, if one is.
                field: Option<String>,
            }
        )+

        /// The names of the executions' errors that clients are told of in payloads. Any other is an error of the answer.
        pub const MAPPED_ERRORS: &[&str] = &[$($($name),+),+];

        impl MutationError {
            /// The error that an execution's error of this name is to clients, if they are told of it.
            pub(crate) fn named(name: &str, message: String) -> Option<Self> {
                match name {
                    $($(
                        $name => {
                            let field: Option<&str> = $field;
                            let field = field.map(str::to_owned);
                            Some(Self::$kind($kind { message, code: MutationErrorCode::$code, field }))
                        }
                    )+)+
                    _ => None,
                }
            }
        }
    };
}

mutation_errors! {
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
