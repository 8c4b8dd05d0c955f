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
    /// Something newer came before it: nothing changes.
    Stale,
    /// The same content came before it, and what there was to do with it is done: nothing changes.
    Known,
    /// Nobody waits for the object any more: it goes.
    Unwanted,
}

/// What `arrival` makes of `record`. Events come again and out of order: by the object's sequencer the older one loses. And
/// an upload whose answer was lost is sent again: what has the same content is the same upload.
pub fn arrive(record: &Record, arrival: &Arrival, now: Timestamp) -> Arrived {
    if matches!(record.media.status, MediaStatus::Deleted | MediaStatus::Canceled) {
        return Arrived::Unwanted;
    }
    if let Some(source) = &record.source {
        let (known, came) = (padded(&source.sequencer), padded(&arrival.source.sequencer));
        if came == known || source.has_the_content_of(&arrival.source) {
            match record.media.status {
                MediaStatus::Processing => return Arrived::Process(record.clone()),
                MediaStatus::Rejected if record.awaiting.is_none() => return Arrived::Unwanted,
                MediaStatus::Ready | MediaStatus::Rejected => return Arrived::Known,
                _ => {}
            }
        }
        if came <= known {
            return Arrived::Stale;
        }
    }
    let mut after = record.clone().advanced(now);
    (after.awaiting, after.transcoding) = (None, None);
    after.source = Some(arrival.source.clone());
    after.attempt = 0;
    after.media.bytes = arrival.bytes;
    after.media.kind = Some(arrival.kind);
    if let Some(objection) = &arrival.objection {
        after.reject(objection.clone(), now);
        return Arrived::Refuse(after);
    }
    after.media.reason = None;
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
    use crate::domain::request::tests::{new_upload, now};
    use crate::domain::{Awaited, request};

    fn pending() -> Record {
        request(&new_upload(), "1".to_owned(), now()).expect("valid")
    }

    fn arrival(sequencer: &str) -> Arrival {
        content(sequencer, None)
    }

    fn content(sequencer: &str, etag: Option<&str>) -> Arrival {
        let source = Source {
            bucket: "uploads".into(),
            key: "uploads/1/lake.jpg".into(),
            sequencer: sequencer.into(),
            etag: etag.map(str::to_owned),
        };
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
    fn the_same_content_again_is_no_other_upload_whatever_its_order() {
        let Arrived::Process(mut record) = arrive(&pending(), &content("B0", Some("e")), now()) else { panic!() };
        for sequencer in ["A0", "B0", "C0"] {
            let same = content(sequencer, Some("e"));
            record.media.status = MediaStatus::Processing;
            assert_eq!(arrive(&record, &same, now()), Arrived::Process(record.clone()), "by the execution that runs");
            record.media.status = MediaStatus::Ready;
            assert_eq!(arrive(&record, &same, now()), Arrived::Known);
        }
        assert!(matches!(arrive(&record, &content("C0", Some("f")), now()), Arrived::Process(_)));
        assert_eq!(arrive(&record, &content("A0", Some("f")), now()), Arrived::Stale);
        record.media.status = MediaStatus::Failed;
        assert!(matches!(arrive(&record, &content("C0", Some("e")), now()), Arrived::Process(_)));
    }

    #[test]
    fn what_is_rejected_is_kept_for_a_week_and_not_taken_again() {
        let objection = Some(MediaReason { code: "Media.TypeMismatch".into(), message: "a film".into() });
        let rejected = Arrival { objection, ..content("A1", Some("e")) };
        let Arrived::Refuse(mut record) = arrive(&pending(), &rejected, now()) else { panic!() };
        assert_eq!(record.awaiting, Some(Awaited::Removal));
        assert_eq!(record.upload_expires_at.to_string(), "2026-11-28T08:00:00.000Z");
        assert_eq!(arrive(&record, &content("A2", Some("e")), now()), Arrived::Known);
        record.awaiting = None;
        assert_eq!(arrive(&record, &content("A2", Some("e")), now()), Arrived::Unwanted, "it was removed already");
    }

    #[test]
    fn nobody_waits_for_an_upload_that_was_given_up() {
        let mut record = pending();
        record.media.status = MediaStatus::Canceled;
        assert_eq!(arrive(&record, &arrival("A1"), now()), Arrived::Unwanted);
    }
}
