//! How the processing of a media ends, and what begins it again.

use events::{MediaReason, MediaStatus, MediaVariant, Timestamp};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::domain::Record;

/// Which processing speaks: one that was overtaken by another upload or another attempt has nothing to say any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The media.
    pub media_id: String,
    /// Of the object that it processes.
    pub sequencer: String,
    /// Counts how often the same object was processed.
    pub attempt: u32,
}

/// How processing ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Ending {
    /// Every variant is there.
    Ready {
        /// As it was found.
        content_type: String,
        /// In hexadecimal digits.
        content_hash: String,
        /// In pixels.
        width: Option<u32>,
        /// In pixels.
        height: Option<u32>,
        /// How long a film plays.
        #[serde(default)]
        duration_milliseconds: Option<u64>,
        /// A few pixels' worth of picture.
        #[serde(default)]
        placeholder: Option<String>,
        /// `#rrggbb`
        #[serde(default)]
        dominant_colour: Option<String>,
        /// In hexadecimal digits.
        #[serde(default)]
        perceptual_hash: Option<String>,
        /// Media of the same owner that look the same.
        #[serde(default)]
        duplicates: Vec<String>,
        /// The results.
        variants: Vec<MediaVariant>,
    },
    /// The upload is nothing that is taken.
    Rejected {
        /// Why.
        reason: MediaReason,
    },
    /// Something broke.
    Failed {
        /// What.
        reason: MediaReason,
    },
}

impl Run {
    /// Whether it is the processing that `record` waits for.
    pub fn is_awaited_by(&self, record: &Record) -> bool {
        let source = record.source.as_ref().map(|source| source.sequencer.as_str());
        record.media.status == MediaStatus::Processing
            && source == Some(self.sequencer.as_str())
            && record.attempt == self.attempt
    }
}

/// The record after `run` has ended so; `None` when nobody waits for that run.
pub fn end(record: &Record, run: &Run, ending: &Ending, now: Timestamp) -> Option<Record> {
    if !run.is_awaited_by(record) {
        return None;
    }
    let mut after = record.clone().advanced(now);
    after.transcoding = None;
    let media = &mut after.media;
    match ending.clone() {
        Ending::Ready {
            content_type,
            content_hash,
            width,
            height,
            duration_milliseconds,
            placeholder,
            dominant_colour,
            perceptual_hash,
            duplicates,
            variants,
        } => {
            media.status = MediaStatus::Ready;
            media.content_type = content_type;
            media.content_hash = Some(content_hash);
            (media.width, media.height) = (width, height);
            media.duration_milliseconds = duration_milliseconds;
            media.placeholder = placeholder;
            media.dominant_colour = dominant_colour;
            media.perceptual_hash = perceptual_hash;
            media.duplicates = duplicates;
            media.variants = variants;
            media.progress = Some(100);
            media.reason = None;
        }
        Ending::Rejected { reason } => after.reject(reason, now),
        Ending::Failed { reason } => {
            media.status = MediaStatus::Failed;
            media.progress = None;
            media.reason = Some(reason);
        }
    }
    Some(after)
}

/// The record whose processing begins again; `None` when the request of that key has begun it already.
///
/// # Errors
/// [`MediaError::NotFailed`].
pub fn retry(record: &Record, key: &str, now: Timestamp) -> Result<Option<Record>, MediaError> {
    if record.retried_by.as_deref() == Some(key) {
        return Ok(None);
    }
    if record.media.status != MediaStatus::Failed || record.source.is_none() {
        return Err(MediaError::NotFailed { id: record.media.id.clone() });
    }
    let mut after = record.clone().advanced(now);
    after.attempt += 1;
    after.retried_by = Some(key.to_owned());
    after.media.status = MediaStatus::Processing;
    after.media.progress = Some(0);
    after.media.reason = None;
    Ok(Some(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::tests::{new_upload, now};
    use crate::domain::{Source, request};

    fn processing() -> Record {
        let mut record = request(&new_upload(), "1".to_owned(), now()).expect("valid");
        let source =
            Source { bucket: "uploads".into(), key: record.upload.key.clone(), sequencer: "A1".into(), etag: None };
        (record.source, record.media.status) = (Some(source), MediaStatus::Processing);
        record
    }

    fn run(sequencer: &str, attempt: u32) -> Run {
        Run { media_id: "1".into(), sequencer: sequencer.into(), attempt }
    }

    fn failed() -> Ending {
        Ending::Failed { reason: MediaReason { code: "Media.Unavailable".into(), message: "no bucket".into() } }
    }

    #[test]
    fn a_run_that_was_overtaken_changes_nothing() {
        for overtaken in [run("A0", 0), run("A1", 1)] {
            assert_eq!(end(&processing(), &overtaken, &failed(), now()), None);
        }
        let after = end(&processing(), &run("A1", 0), &failed(), now()).expect("awaited");
        assert_eq!(after.media.status, MediaStatus::Failed);
        assert_eq!(end(&after, &run("A1", 0), &failed(), now()), None, "an ending comes once");
    }

    #[test]
    fn what_failed_is_tried_again_once_per_request() {
        let after = end(&processing(), &run("A1", 0), &failed(), now()).expect("awaited");
        let again = retry(&after, "k", now()).expect("failed").expect("begun");
        assert_eq!((again.attempt, again.media.status), (1, MediaStatus::Processing));
        assert_eq!(retry(&again, "k", now()), Ok(None));
        assert_eq!(retry(&again, "l", now()), Err(MediaError::NotFailed { id: "1".into() }));
    }
}
