//! The rule for due times.

use events::Timestamp;

use crate::TodoError;

/// Reads a due time, RFC 3339 with any offset. It must lie after `now`.
///
/// # Errors
/// [`TodoError::InvalidDueTime`], [`TodoError::DueInPast`].
pub fn due_in_future(text: &str, now: Timestamp) -> Result<Timestamp, TodoError> {
    let due_at: Timestamp = text.parse()?;
    if due_at <= now {
        return Err(TodoError::DueInPast { due_at, now });
    }
    Ok(due_at)
}
