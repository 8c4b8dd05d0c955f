//! The two shapes of an object's event.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>

use serde_json::{Map, Value, json};

use super::Occurrence;
use crate::rows::objects::{Change, Object};
use crate::storage::OWNER;

/// Why something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Put,
    Post,
    Copy,
    CompleteMultipartUpload,
    Delete,
    DeleteMarker,
    LifecycleDelete,
    LifecycleDeleteMarker,
    TagsPut,
    TagsDelete,
}

impl Cause {
    /// As notifications name it, without `s3:`.
    pub(super) fn event_name(self) -> &'static str {
        match self {
            Self::Put => "ObjectCreated:Put",
            Self::Post => "ObjectCreated:Post",
            Self::Copy => "ObjectCreated:Copy",
            Self::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
            Self::Delete => "ObjectRemoved:Delete",
            Self::DeleteMarker => "ObjectRemoved:DeleteMarkerCreated",
            Self::LifecycleDelete => "LifecycleExpiration:Delete",
            Self::LifecycleDeleteMarker => "LifecycleExpiration:DeleteMarkerCreated",
            Self::TagsPut => "ObjectTagging:Put",
            Self::TagsDelete => "ObjectTagging:Delete",
        }
    }

    fn detail_type(self) -> &'static str {
        match self {
            Self::Put | Self::Post | Self::Copy | Self::CompleteMultipartUpload => "Object Created",
            Self::Delete | Self::DeleteMarker | Self::LifecycleDelete | Self::LifecycleDeleteMarker => "Object Deleted",
            Self::TagsPut => "Object Tags Added",
            Self::TagsDelete => "Object Tags Deleted",
        }
    }

    fn reason(self) -> Option<&'static str> {
        match self {
            Self::Put => Some("PutObject"),
            Self::Post => Some("POST Object"),
            Self::Copy => Some("CopyObject"),
            Self::CompleteMultipartUpload => Some("CompleteMultipartUpload"),
            Self::Delete | Self::DeleteMarker => Some("DeleteObject"),
            Self::LifecycleDelete | Self::LifecycleDeleteMarker => Some("Lifecycle Expiration"),
            Self::TagsPut | Self::TagsDelete => None,
        }
    }

    fn deletion_type(self) -> Option<&'static str> {
        match self {
            Self::Delete | Self::LifecycleDelete => Some("Permanently Deleted"),
            Self::DeleteMarker | Self::LifecycleDeleteMarker => Some("Delete Marker Created"),
            _ => None,
        }
    }

    fn tells_content(self) -> bool {
        self.deletion_type().is_none()
    }
}

/// What tells an object's changes apart: the greater text is the later change.
fn sequencer(change: &Change) -> String {
    format!("{:018X}", change.sequence)
}

impl Occurrence<'_> {
    fn address(&self) -> &str {
        self.sent.source_address.as_deref().unwrap_or("127.0.0.1")
    }

    /// The entry for the default bus.
    pub(super) fn bus_entry(&self, object: &Object, change: &Change) -> Value {
        let cause = self.cause;
        let mut described = Map::new();
        described.insert("key".to_owned(), object.key.as_str().into());
        if cause.tells_content() {
            described.insert("size".to_owned(), object.size.into());
            described.insert("etag".to_owned(), object.etag.as_str().into());
        }
        if let Some(version) = &change.version_id {
            described.insert("version-id".to_owned(), version.as_str().into());
        }
        if cause.reason().is_some() {
            described.insert("sequencer".to_owned(), sequencer(change).into());
        }
        let requester =
            if cause.reason() == Some("Lifecycle Expiration") { "s3.amazonaws.com" } else { &self.scope.account };
        let mut detail = json!({
            "version": "0",
            "bucket": { "name": object.bucket },
            "object": described,
            "request-id": self.sent.request_id,
            "requester": requester,
        });
        if requester == self.scope.account {
            detail["source-ip-address"] = self.address().into();
        }
        if let Some(reason) = cause.reason() {
            detail["reason"] = reason.into();
        }
        if let Some(kind) = cause.deletion_type() {
            detail["deletion-type"] = kind.into();
        }
        json!({
            "Source": "aws.s3",
            "DetailType": cause.detail_type(),
            "Resources": [format!("arn:aws:s3:::{}", object.bucket)],
            "Time": self.at.as_epoch_seconds(),
            "Detail": detail.to_string(),
        })
    }

    /// The message for queues, topics and functions.
    pub(super) fn records(&self, object: &Object, change: &Change, configuration: &str) -> Value {
        let key: String = form_urlencoded::byte_serialize(object.key.as_bytes()).collect();
        // Slashes stay as they are, unlike in forms.
        let mut described = json!({ "key": key.replace("%2F", "/") });
        if self.cause.tells_content() {
            described["size"] = object.size.into();
            described["eTag"] = object.etag.as_str().into();
        }
        if let Some(version) = &change.version_id {
            described["versionId"] = version.as_str().into();
        }
        described["sequencer"] = sequencer(change).into();
        let version = if self.cause.detail_type().starts_with("Object Tags") { "2.3" } else { "2.1" };
        json!({ "Records": [{
            "eventVersion": version,
            "eventSource": "aws:s3",
            "awsRegion": self.scope.region,
            "eventTime": self.at.to_rfc3339_millis(),
            "eventName": self.cause.event_name(),
            "userIdentity": { "principalId": format!("AWS:{}", self.scope.account) },
            "requestParameters": { "sourceIPAddress": self.address() },
            "responseElements": { "x-amz-request-id": self.sent.request_id, "x-amz-id-2": self.sent.request_id },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration,
                "bucket": {
                    "name": object.bucket,
                    "ownerIdentity": { "principalId": OWNER },
                    "arn": format!("arn:aws:s3:::{}", object.bucket),
                },
                "object": described,
            },
        }]})
    }
}
