//! What an upload is asked for with, and the record that it makes.

use events::{MediaSnapshot, MediaStatus, Timestamp};
use imaging::Keep;
use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

use crate::MediaError;
use crate::domain::{Awaited, Checksum, FileName, Record, UploadRecord};

/// Whose every media is as long as there is no identity.
pub const OWNER: &str = "everyone";

/// How long an upload is awaited: its URLs expire sooner, and are asked for again under the same idempotency key.
const AWAITED_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;

/// The largest picture that is taken.
const IMAGE_BYTES: u64 = 64 * 1024 * 1024;

/// The largest film that is taken.
const VIDEO_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// The most characters that an idempotency key has.
const KEY_LIMIT: usize = 256;

/// The most characters that an owner has.
const OWNER_LIMIT: usize = 256;

/// The namespace of ids made of idempotency keys: the same key names the same media.
const KEYS: Uuid = uuid!("4c1f5d1e-6a0f-4b52-9d0e-2f6d3c9a7b10");

/// What an upload is asked for with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUpload {
    /// See [`FileName::parse`].
    pub file_name: String,
    /// `image/…` or `video/…`
    pub content_type: String,
    /// The exact size.
    pub bytes: u64,
    /// The content's SHA-256 in base64.
    pub checksum: String,
    /// What of the picture's metadata its owner keeps in the variants; nothing unless asked.
    #[serde(default)]
    pub keep: Keep,
    /// Whose it becomes.
    #[serde(default = "everyone")]
    pub owner: String,
}

fn everyone() -> String {
    OWNER.to_owned()
}

/// The id of the media that `owner` asks for under an idempotency key: asked again, it is the same.
///
/// # Errors
/// [`MediaError::InvalidIdempotencyKey`].
pub fn media_id(owner: &str, key: &str) -> Result<String, MediaError> {
    let characters = key.chars().count();
    if characters == 0 || characters > KEY_LIMIT {
        return Err(MediaError::InvalidIdempotencyKey { characters });
    }
    Ok(Uuid::new_v5(&KEYS, format!("{owner}\n{key}").as_bytes()).to_string())
}

/// Refuses what is nobody's name.
///
/// # Errors
/// [`MediaError::InvalidOwner`].
pub fn check_owner(owner: &str) -> Result<(), MediaError> {
    match owner.chars().count() {
        1..=OWNER_LIMIT => Ok(()),
        characters => Err(MediaError::InvalidOwner { characters, limit: OWNER_LIMIT }),
    }
}

/// The media that `new` describes, awaiting its upload.
///
/// # Errors
/// What the rules for name, type, size, checksum and owner refuse.
pub fn request(new: &NewUpload, id: String, now: Timestamp) -> Result<Record, MediaError> {
    let file_name = FileName::parse(&new.file_name)?;
    let checksum = Checksum::parse(&new.checksum)?;
    check_owner(&new.owner)?;
    let content_type = new.content_type.trim().to_ascii_lowercase();
    let limit = match content_type.split_once('/') {
        Some(("image", subtype)) if is_token(subtype) => IMAGE_BYTES,
        Some(("video", subtype)) if is_token(subtype) => VIDEO_BYTES,
        _ => return Err(MediaError::UnsupportedType { content_type: new.content_type.clone() }),
    };
    match new.bytes {
        0 => return Err(MediaError::Empty),
        bytes if bytes > limit => return Err(MediaError::TooLarge { bytes, limit }),
        _ => {}
    }
    let request = serde_json::to_vec(new).expect("a request is plain data with text keys");
    let key = format!("uploads/{id}/{}", file_name.for_key());
    let expires_at = Timestamp::from_millis(now.as_millis() + AWAITED_MILLISECONDS);
    Ok(Record {
        position: format!("{now}#{id}"),
        upload: UploadRecord {
            key,
            content_type: content_type.clone(),
            checksum,
            request_hash: Checksum::of(&request).hex(),
            keep: new.keep,
            upload_id: None,
        },
        awaiting: Some(Awaited::Upload),
        upload_expires_at: expires_at.expect("a day more stays before the year 10000"),
        source: None,
        attempt: 0,
        retried_by: None,
        transcoding: None,
        expires_at: None,
        media: MediaSnapshot {
            id,
            owner: new.owner.clone(),
            file_name: file_name.as_str().to_owned(),
            content_type,
            bytes: new.bytes,
            status: MediaStatus::Pending,
            kind: None,
            progress: None,
            reason: None,
            width: None,
            height: None,
            duration_milliseconds: None,
            content_hash: None,
            placeholder: None,
            dominant_colour: None,
            perceptual_hash: None,
            duplicates: Vec::new(),
            variants: Vec::new(),
            version: 1,
            created_at: now,
            updated_at: now,
        },
    })
}

/// <https://www.rfc-editor.org/rfc/rfc6838#section-4.2>
fn is_token(text: &str) -> bool {
    (1..=127).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn now() -> Timestamp {
        "2026-11-21T08:00:00Z".parse().expect("a moment")
    }

    pub(crate) fn new_upload() -> NewUpload {
        NewUpload {
            file_name: "lake.jpg".to_owned(),
            content_type: "image/jpeg".to_owned(),
            bytes: 5_000_000,
            checksum: Checksum::of(b"").to_string(),
            keep: Keep::default(),
            owner: everyone(),
        }
    }

    #[test]
    fn the_record_waits_for_a_day_under_a_key_of_its_own() {
        let record = request(&new_upload(), "1".to_owned(), now()).expect("valid");
        assert_eq!(record.upload.key, "uploads/1/lake.jpg");
        assert_eq!(record.media.status, MediaStatus::Pending);
        assert_eq!(record.upload_expires_at.to_string(), "2026-11-22T08:00:00.000Z");
    }

    #[test]
    fn what_is_no_picture_or_film_or_too_large_is_refused_before_any_byte_travels() {
        let refusal = |change: fn(&mut NewUpload)| {
            let mut new = new_upload();
            change(&mut new);
            request(&new, "1".to_owned(), now()).expect_err("refused").name()
        };
        assert_eq!(refusal(|new| new.content_type = "text/html".to_owned()), "Media.UnsupportedFormat");
        assert_eq!(refusal(|new| new.content_type = "image/jpeg\r\nx: y".to_owned()), "Media.UnsupportedFormat");
        assert_eq!(refusal(|new| new.bytes = 0), "Media.Empty");
        assert_eq!(refusal(|new| new.bytes = IMAGE_BYTES + 1), "Media.TooLarge");
        assert_eq!(refusal(|new| new.checksum = "?".to_owned()), "Media.InvalidChecksum");
        assert_eq!(refusal(|new| new.file_name = "..".to_owned()), "Media.InvalidFileName");
        assert_eq!(refusal(|new| new.owner = String::new()), "Media.InvalidOwner");
    }

    #[test]
    fn a_key_names_one_media_per_owner() {
        assert_eq!(media_id("ada", "k"), media_id("ada", "k"));
        assert_ne!(media_id("ada", "k"), media_id("grace", "k"));
        assert!(media_id("ada", "").is_err());
    }
}
