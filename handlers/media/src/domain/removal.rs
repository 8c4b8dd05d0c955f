//! How a media, or its upload, goes.

use events::{MediaReason, MediaStatus, Timestamp};

use crate::domain::{Awaited, Record};

/// How long it is remembered that there was a media: longer than anything that was begun for it may come too late, and so
/// that its id is not taken for a new one.
pub(crate) const REMEMBERED_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The record of a media that is deleted; `None` when it is already. It says no more than that it was there, and, of a film,
/// which task still waits for its job.
pub fn delete(record: &Record, now: Timestamp) -> Option<Record> {
    if record.media.status == MediaStatus::Deleted {
        return None;
    }
    let mut after = record.clone().advanced(now);
    after.awaiting = None;
    if let Some(transcoding) = &mut after.transcoding {
        transcoding.variants = Vec::new();
    }
    after.expires_at = Some(now.as_epoch_seconds() + REMEMBERED_SECONDS);
    let media = &mut after.media;
    media.status = MediaStatus::Deleted;
    media.variants = Vec::new();
    media.duplicates = Vec::new();
    (media.progress, media.reason) = (None, None);
    (media.placeholder, media.dominant_colour, media.perceptual_hash) = (None, None, None);
    Some(after)
}

/// The record of an upload whose time is over: one that never came is given up, a rejected one is there no more. `None` when
/// its time may still come, or something else came.
pub fn expire(record: &Record, now: Timestamp) -> Option<Record> {
    if record.upload_expires_at > now {
        return None;
    }
    let mut after = record.clone().advanced(now);
    after.awaiting = None;
    match (record.awaiting, record.media.status) {
        (Some(Awaited::Upload), MediaStatus::Pending) => {
            after.media.status = MediaStatus::Canceled;
            let message = format!("no upload came before {}; ask for another", record.upload_expires_at);
            after.media.reason = Some(MediaReason { code: "Media.UploadExpired".to_owned(), message });
            Some(after)
        }
        (Some(Awaited::Removal), MediaStatus::Rejected) => Some(after),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request;
    use crate::domain::request::tests::{new_upload, now};
    use crate::video::Transcoding;

    fn pending() -> Record {
        request(&new_upload(), "1".to_owned(), now()).expect("valid")
    }

    fn later(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn only_an_upload_that_is_overdue_is_given_up() {
        let (mut record, tomorrow) = (pending(), later("2026-11-22T08:00:00Z"));
        assert_eq!(expire(&record, now()), None);
        assert_eq!(expire(&record, tomorrow).map(|after| after.media.status), Some(MediaStatus::Canceled));
        (record.media.status, record.awaiting) = (MediaStatus::Processing, None);
        assert_eq!(expire(&record, tomorrow), None);
    }

    #[test]
    fn a_rejected_upload_is_removed_after_a_week_and_stays_rejected() {
        let mut record = pending();
        record.reject(MediaReason { code: "Media.Truncated".into(), message: "it ends early".into() }, now());
        assert_eq!(expire(&record, later("2026-11-28T07:59:59Z")), None);
        let after = expire(&record, later("2026-11-28T08:00:00Z")).expect("its time is over");
        assert_eq!((after.media.status, after.awaiting), (MediaStatus::Rejected, None));
        assert_eq!(after.media.reason, record.media.reason);
    }

    #[test]
    fn a_deleted_media_keeps_nothing_of_its_content_but_the_task_that_waits() {
        let mut record = pending();
        record.media.status = MediaStatus::Processing;
        record.transcoding = Some(Transcoding {
            task_token: "t".into(),
            content_type: "video/mp4".into(),
            width: 1,
            height: 1,
            duration_milliseconds: 1,
            variants: Vec::new(),
        });
        let after = delete(&record, now()).expect("deleted");
        assert!(after.media.variants.is_empty() && after.media.placeholder.is_none() && after.expires_at.is_some());
        assert_eq!(after.transcoding, record.transcoding);
        assert_eq!(delete(&after, now()), None);
    }
}
