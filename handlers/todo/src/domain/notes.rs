//! The rule for notes.

use serde::{Deserialize, Serialize};

use crate::TodoError;

/// How many characters notes may have.
pub const NOTES_LIMIT: usize = 10_000;

/// Notes of at most [`NOTES_LIMIT`] characters that aren't blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Notes(String);

impl Notes {
    /// Reads notes; blank ones are none.
    ///
    /// # Errors
    /// [`TodoError::NotesTooLong`].
    pub fn parse(text: &str) -> Result<Option<Self>, TodoError> {
        let characters = text.chars().count();
        if characters > NOTES_LIMIT {
            return Err(TodoError::NotesTooLong { characters });
        }
        Ok((!text.trim().is_empty()).then(|| Self(text.to_owned())))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
