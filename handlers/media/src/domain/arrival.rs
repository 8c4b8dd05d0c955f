//! What the arrival of an object makes of the media that waits for it.

use events::{MediaKind, MediaReason, MediaStatus, Timestamp};

use crate::domain::{Record, Source};

/// An object that has arrived in the bucket `uploads`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Where it is.
    pub source: Source,
    /// Its size.
    pub bytes: u64,
    /// What it is, by its first bytes.
    pub kind: MediaKind,
    /// Why it isn't what was announced.
    pub objection: Option<MediaReason>,
}

/// What an arrival means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// The media is to be processed, or is already, by the execution that this record names.
    Process(Record),
    /// The media is refused as it is.
    Refuse(Record),
    /// Something newer came before it, or the media is done with: nothing changes.
    Stale,
    /// Nobody waits for the object any more: it goes.
    Unwanted,
}

/// What `arrival` makes of `record`. Events come again and out of order: by the object's sequencer the older one loses.
pub fn arrive(record: &Record, arrival: &Arrival, now: Timestamp) -> Arrived {
    if matches!(record.media.status, MediaStatus::Deleted | MediaStatus::Canceled) {
        return Arrived::Unwanted;
    }
    if let Some(source) = &record.source {
        let (known, came) = (padded(&source.sequencer), padded(&arrival.source.sequencer));
        if came == known && record.media.status == MediaStatus::Processing {
            return Arrived::Process(record.clone());
        }
        if came <= known {
            return Arrived::Stale;
        }
    }
    let mut after = record.clone().advanced(now);
    after.awaiting = None;
    after.source = Some(arrival.source.clone());
    after.attempt = 0;
    after.media.bytes = arrival.bytes;
    after.media.kind = Some(arrival.kind);
    after.media.reason.clone_from(&arrival.objection);
    if arrival.objection.is_some() {
        after.media.status = MediaStatus::Rejected;
        return Arrived::Refuse(after);
    }
    after.media.status = MediaStatus::Processing;
    after.media.progress = Some(0);
    Arrived::Process(after)
}

/// Sequencers are hexadecimal numbers that compare as texts once they are of one length.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
fn padded(sequencer: &str) -> String {
    format!("{sequencer:0>64}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request;
    use crate::domain::request::tests::{new_upload, now};

    fn pending() -> Record {
        request(&new_upload(), "1".to_owned(), now()).expect("valid")
    }

    fn arrival(sequencer: &str) -> Arrival {
        let source = Source { bucket: "uploads".into(), key: "uploads/1/lake.jpg".into(), sequencer: sequencer.into() };
        Arrival { source, bytes: 5_000_000, kind: MediaKind::Image, objection: None }
    }

    fn processing(sequencer: &str) -> Record {
        match arrive(&pending(), &arrival(sequencer), now()) {
            Arrived::Process(record) => record,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_arrival_starts_processing_and_is_awaited_no_more() {
        let record = processing("A1");
        assert_eq!((record.media.status, record.awaiting, record.media.version), (MediaStatus::Processing, None, 2));
    }

    #[test]
    fn the_same_event_again_names_the_same_execution_and_changes_nothing() {
        let record = processing("A1");
        assert_eq!(arrive(&record, &arrival("A1"), now()), Arrived::Process(record));
    }

    #[test]
    fn an_older_event_that_comes_late_is_stale_and_a_newer_one_is_processed() {
        let record = processing("FF");
        assert_eq!(arrive(&record, &arrival("FE"), now()), Arrived::Stale);
        assert!(matches!(arrive(&record, &arrival("100"), now()), Arrived::Process(after) if after.media.version == 3));
    }

    #[test]
    fn nobody_waits_for_an_upload_that_was_given_up() {
        let mut record = pending();
        record.media.status = MediaStatus::Canceled;
        assert_eq!(arrive(&record, &arrival("A1"), now()), Arrived::Unwanted);
    }
}
