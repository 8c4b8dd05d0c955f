//! Everything that goes wrong in the todo context, under the stable names that state machines and clients go by.

use events::Timestamp;
use function::Failure;

use crate::domain::{NOTES_LIMIT, TITLE_LIMIT};
use crate::idempotency::KEY_LIMIT;

/// Why something asked of the todo context didn't happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TodoError {
    /// Nothing is left of the title after trimming.
    #[error("the title is empty; give it 1 to {TITLE_LIMIT} characters")]
    TitleEmpty,
    /// The title is longer than a title may be.
    #[error("the title may have {TITLE_LIMIT} characters, it has {characters}")]
    TitleTooLong {
        /// Its length after trimming.
        characters: usize,
    },
    /// The title holds a character that no line of text has.
    #[error("the title contains a control character; remove it: U+{:04X}", u32::from(*.character))]
    TitleInvalid {
        /// The first such character.
        character: char,
    },
    /// The notes are longer than notes may be.
    #[error("the notes may have {NOTES_LIMIT} characters, they have {characters}")]
    NotesTooLong {
        /// Their length.
        characters: usize,
    },
    /// The due time isn't a moment.
    #[error("the due time is {0}")]
    InvalidDueTime(#[from] events::InvalidTimestamp),
    /// The due time has passed already.
    #[error("the due time must lie after the present moment, {now}; it is {due_at}")]
    DueInPast {
        /// The due time asked for.
        due_at: Timestamp,
        /// The moment of the request.
        now: Timestamp,
    },
    /// There is no such todo, or no longer.
    #[error("there is no todo with the id {id:?}")]
    NotFound {
        /// The id asked for.
        id: String,
    },
    /// The todo has changed since the caller read it.
    #[error("the todo is at version {actual}, the change was made for version {expected}; read it again: {id}")]
    VersionConflict {
        /// The todo.
        id: String,
        /// The version the caller knows.
        expected: u64,
        /// The version it has.
        actual: u64,
    },
    /// The idempotency key isn't one.
    #[error("an idempotency key has 1 to {KEY_LIMIT} characters, this one has {characters}")]
    InvalidIdempotencyKey {
        /// Its length.
        characters: usize,
    },
    /// The idempotency key belongs to another request.
    #[error("the idempotency key was used for another input before; take a new key for a new request: {key:?}")]
    IdempotencyMismatch {
        /// The key.
        key: String,
    },
    /// Others changed the todo each time between our reading and writing it.
    #[error("others kept changing the todo, {attempts} attempts were in vain; try again")]
    Contended {
        /// How often it was tried.
        attempts: u32,
    },
    /// A table can't be read or written.
    #[error("the table can't be used: {table}: {reason}")]
    Unavailable {
        /// The table.
        table: String,
        /// What AWS, or the way to it, says.
        reason: String,
    },
    /// An item or a stream record isn't what this context writes.
    #[error("not a todo as this context stores it: {0}")]
    InvalidRecord(String),
}

impl TodoError {
    /// Every name that [`TodoError::name`] answers.
    pub const NAMES: &'static [&'static str] = &[
        "Todo.TitleEmpty",
        "Todo.TitleTooLong",
        "Todo.TitleInvalid",
        "Todo.NotesTooLong",
        "Todo.InvalidDueTime",
        "Todo.DueInPast",
        "Todo.NotFound",
        "Todo.VersionConflict",
        "Todo.InvalidIdempotencyKey",
        "Todo.IdempotencyMismatch",
        "Todo.Contended",
        "Todo.Unavailable",
        "Todo.InvalidRecord",
    ];

    /// The name that a state machine matches; it never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TitleEmpty => "Todo.TitleEmpty",
            Self::TitleTooLong { .. } => "Todo.TitleTooLong",
            Self::TitleInvalid { .. } => "Todo.TitleInvalid",
            Self::NotesTooLong { .. } => "Todo.NotesTooLong",
            Self::InvalidDueTime(_) => "Todo.InvalidDueTime",
            Self::DueInPast { .. } => "Todo.DueInPast",
            Self::NotFound { .. } => "Todo.NotFound",
            Self::VersionConflict { .. } => "Todo.VersionConflict",
            Self::InvalidIdempotencyKey { .. } => "Todo.InvalidIdempotencyKey",
            Self::IdempotencyMismatch { .. } => "Todo.IdempotencyMismatch",
            Self::Contended { .. } => "Todo.Contended",
            Self::Unavailable { .. } => "Todo.Unavailable",
            Self::InvalidRecord(_) => "Todo.InvalidRecord",
        }
    }
}

impl From<TodoError> for Failure {
    fn from(error: TodoError) -> Self {
        Failure::new(error.name(), error.to_string())
    }
}
