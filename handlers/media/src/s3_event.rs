//! What S3 tells the default bus about an object.

use serde::Deserialize;

/// `Object Created` or `Object Deleted`, as a rule's target receives it.
///
/// Shape: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ObjectEvent {
    /// `Object Created`
    pub detail_type: String,
    /// RFC 3339, to the second.
    pub time: String,
    /// What happened to what.
    pub detail: ObjectDetail,
}

/// What happened to what.
#[derive(Clone, Debug, Deserialize)]
pub struct ObjectDetail {
    /// Where.
    pub bucket: EventBucket,
    /// What.
    pub object: EventObject,
}

/// A bucket.
#[derive(Clone, Debug, Deserialize)]
pub struct EventBucket {
    /// Its name.
    pub name: String,
}

/// An object.
#[derive(Clone, Debug, Deserialize)]
pub struct EventObject {
    /// Not encoded, unlike in S3's older notifications.
    pub key: String,
    /// Absent when it is deleted.
    #[serde(default)]
    pub size: Option<u64>,
    /// Absent when it is deleted.
    #[serde(default)]
    pub etag: Option<String>,
    /// Orders what happens to one key.
    #[serde(default)]
    pub sequencer: Option<String>,
}
