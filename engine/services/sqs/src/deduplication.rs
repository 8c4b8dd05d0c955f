//! Which messages a FIFO queue was sent lately, so that none is accepted twice.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{Connection, params};
use uuid::Uuid;

/// How long a message is remembered.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html>
const INTERVAL: Duration = Duration::from_secs(300);

/// A message that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) message: Uuid,
    pub(crate) sequence: i64,
    pub(crate) at: Timestamp,
}

/// The messages of one queue that are remembered, by deduplication key.
#[derive(Debug, Default)]
pub(crate) struct Deduplication {
    by_key: HashMap<String, Sent>,
    by_age: BTreeSet<(Timestamp, String)>,
}

impl Deduplication {
    /// The message that was accepted with this key within the interval.
    pub(crate) fn find(&mut self, key: &str, now: Timestamp) -> Option<Sent> {
        while let Some((at, _)) = self.by_age.first()
            && now.since(*at) >= INTERVAL
        {
            let (_, key) = self.by_age.pop_first().expect("there is a first");
            self.by_key.remove(&key);
        }
        self.by_key.get(key).copied()
    }

    pub(crate) fn remember(&mut self, key: String, sent: Sent) {
        self.by_age.insert((sent.at, key.clone()));
        self.by_key.insert(key, sent);
    }
}

/// Keeps what is remembered, and lets go of what is too old.
pub(crate) fn write(connection: &Connection, queue: &str, sent: &[(String, Sent)]) -> Result<(), ServiceError> {
    let Some((_, newest)) = sent.last() else { return Ok(()) };
    let limit = newest.at.as_millis() - i64::try_from(INTERVAL.as_millis()).unwrap_or(i64::MAX);
    connection
        .prepare_cached("DELETE FROM sqs_deduplication WHERE queue = ?1 AND sent_at <= ?2")?
        .execute(params![queue, limit])?;
    let mut insert =
        connection.prepare_cached("INSERT OR REPLACE INTO sqs_deduplication VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (key, sent) in sent {
        insert.execute(params![queue, key, sent.message.to_string(), sent.sequence, sent.at.as_millis()])?;
    }
    Ok(())
}

/// Calls `each` with the queue, key and message of everything that is remembered.
pub(crate) fn each(connection: &Connection, mut each: impl FnMut(String, String, Sent)) -> Result<(), ServiceError> {
    let mut statement = connection.prepare("SELECT queue, key, message, sequence, sent_at FROM sqs_deduplication")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let message: String = row.get(2)?;
        let message = Uuid::parse_str(&message).unwrap_or_default();
        let sent = Sent { message, sequence: row.get(3)?, at: Timestamp::from_millis(row.get(4)?) };
        each(row.get(0)?, row.get(1)?, sent);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_remembered_for_five_minutes() {
        let sent = Sent { message: Uuid::from_u128(1), sequence: 1, at: Timestamp::from_millis(0) };
        let mut deduplication = Deduplication::default();
        deduplication.remember("k".to_owned(), sent);
        assert_eq!(deduplication.find("k", Timestamp::from_millis(299_999)), Some(sent));
        assert_eq!(deduplication.find("k", Timestamp::from_millis(300_000)), None);
    }
}
