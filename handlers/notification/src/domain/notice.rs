//! What an event has to tell its owner.

use std::time::Duration;

use events::{Envelope, Event, MediaProcessed, MediaRejected, Timestamp, TodoReminderDue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::NotificationError;

/// A way to tell somebody something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// E-mail.
    Email,
    /// Push to a device.
    Push,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Email, Self::Push];

    /// Its name in keys and rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Push => "push",
        }
    }
}

/// What happened, as far as its owner wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A todo is due.
    ReminderDue {
        /// Its title.
        title: String,
        /// When it is due.
        due_at: Timestamp,
    },
    /// Every variant of a media is there.
    MediaProcessed {
        /// As its owner named it.
        file_name: String,
    },
    /// A media was not taken.
    MediaRejected {
        /// As its owner named it.
        file_name: String,
        /// Why, in words.
        reason: String,
    },
}

/// What an event has to tell its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names the fact, however often it is delivered.
    pub event_id: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Who is told.
    pub owner: String,
    /// What.
    pub happening: Happening,
}

impl Notice {
    /// How long after it happened something is still worth telling. It covers the two weeks for which queues keep what
    /// they could not deliver.
    pub const KEPT_FOR: Duration = Duration::from_secs(15 * 86_400);

    /// The detail types of the events that tell somebody something.
    pub const DETAIL_TYPES: [&'static str; 3] =
        [TodoReminderDue::DETAIL_TYPE, MediaProcessed::DETAIL_TYPE, MediaRejected::DETAIL_TYPE];

    /// What an event, as a rule's target receives it, has to tell.
    ///
    /// # Errors
    /// It is no event of those, or not of its contract.
    pub fn read(event: Value) -> Result<Self, NotificationError> {
        let detail_type = event["detail-type"].as_str().unwrap_or_default().to_owned();
        match detail_type.as_str() {
            TodoReminderDue::DETAIL_TYPE => {
                let TodoReminderDue { fact, due_at } = Envelope::from_value(event)?.detail;
                let happening = Happening::ReminderDue { title: fact.todo.title, due_at };
                Ok(Self { event_id: fact.event_id, occurred_at: fact.occurred_at, owner: fact.todo.owner, happening })
            }
            MediaProcessed::DETAIL_TYPE => {
                let MediaProcessed { fact } = Envelope::from_value(event)?.detail;
                let happening = Happening::MediaProcessed { file_name: fact.media.file_name };
                Ok(Self { event_id: fact.event_id, occurred_at: fact.occurred_at, owner: fact.owner, happening })
            }
            MediaRejected::DETAIL_TYPE => {
                let MediaRejected { fact, reason } = Envelope::from_value(event)?.detail;
                let happening = Happening::MediaRejected { file_name: fact.media.file_name, reason: reason.message };
                Ok(Self { event_id: fact.event_id, occurred_at: fact.occurred_at, owner: fact.owner, happening })
            }
            _ => Err(NotificationError::UnknownEvent { detail_type }),
        }
    }

    /// Whether it is too late to tell it.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let age = now.as_millis().saturating_sub(self.occurred_at.as_millis());
        u128::try_from(age).is_ok_and(|age| age > Self::KEPT_FOR.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example(path: &str) -> Value {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/examples").join(path);
        serde_json::from_slice(&std::fs::read(file).expect("an example")).expect("JSON")
    }

    #[test]
    fn a_published_example_of_each_event_tells_its_owner_something() {
        let notice = |path| Notice::read(example(path)).expect(path);
        let reminder = notice("todo.reminder_due/due.json");
        assert_eq!(reminder.owner, "everyone");
        assert!(matches!(reminder.happening, Happening::ReminderDue { title, .. } if title == "Water the plants"));
        let processed = notice("media.processed/image.json");
        assert!(matches!(processed.happening, Happening::MediaProcessed { file_name } if file_name == "lake.jpg"));
        let rejected = notice("media.rejected/truncated.json");
        assert!(matches!(rejected.happening, Happening::MediaRejected { .. }));
    }

    #[test]
    fn other_events_and_damaged_ones_are_refused() {
        let refused = |event: Value| Notice::read(event).expect_err("refused").name();
        assert_eq!(refused(json!({"detail-type": "todo.created"})), "Notification.UnknownEvent");
        assert_eq!(refused(json!([])), "Notification.UnknownEvent");
        let mut damaged = example("todo.reminder_due/due.json");
        damaged["detail"]["todo"]["owner"] = json!(null);
        assert_eq!(refused(damaged), "Notification.InvalidEvent");
    }

    #[test]
    fn what_happened_long_ago_is_stale() {
        let notice = Notice::read(example("todo.reminder_due/due.json")).expect("a notice");
        let later = |days: i64| Timestamp::from_millis(notice.occurred_at.as_millis() + days * 86_400_000 + 1);
        assert!(!notice.is_stale(later(14).expect("a moment")));
        assert!(notice.is_stale(later(15).expect("a moment")));
        assert!(!notice.is_stale(later(-1).expect("a moment")));
    }
}
