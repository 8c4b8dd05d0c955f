//! `media-route`: an object has arrived in the bucket of uploads; by its first bytes it goes to the machine of its kind.

use async_trait::async_trait;
use events::{MediaKind, MediaReason, MediaStatus};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::MediaError;
use crate::buckets::Bucket;
use crate::domain::{Arrival, Arrived, Checksum, Record, Source, arrive, is_video};
use crate::machines::Machines;
use crate::records::{Known, Records, now};
use crate::s3_event::ObjectEvent;
use crate::video::WaitingTasks;

/// How many bytes tell what an upload is: three packets of a transport stream.
const HEAD_BYTES: u64 = 4096;

/// How often an arrival is decided again after others changed the media.
const ATTEMPTS: u32 = 8;

/// `{"routed": "PROCESS"}`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// What became of the object.
    pub routed: Route,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Route {
    /// A machine processes it.
    Process,
    /// It isn't what was announced.
    Refuse,
    /// Something newer came before, or the object is gone.
    Stale,
    /// The same content came before.
    Known,
    /// Nobody waits for it: it was deleted.
    Unwanted,
    /// It belongs to no media.
    Foreign,
}

/// Starts the machine for an object that has arrived.
#[derive(Clone, Debug)]
pub struct RouteUpload {
    records: Records,
    uploads: Bucket,
    machines: Machines,
    tasks: WaitingTasks,
}

impl RouteUpload {
    /// Works on the table, bucket and machines that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            records: Records::build(context)?,
            uploads: Bucket::uploads(context)?,
            machines: Machines::build(context)?,
            tasks: WaitingTasks::build(context),
        })
    }

    async fn route(&self, source: Source) -> Result<Route, MediaError> {
        let Some(id) = source.key.strip_prefix("uploads/").and_then(|rest| rest.split('/').next()) else {
            return Ok(Route::Foreign);
        };
        let Some((head, bytes)) = self.uploads.head_bytes(&source.key, HEAD_BYTES).await? else {
            return Ok(Route::Stale);
        };
        let kind = if is_video(&head) { MediaKind::Video } else { MediaKind::Image };
        for _ in 0..ATTEMPTS {
            let before = match self.records.look_up(id).await? {
                Known::Media(record) => *record,
                Known::Erased => return self.throw_away(&source.key).await,
                Known::Nothing => return Ok(Route::Foreign),
            };
            let objection = self.objection(&before, kind, &source.key).await?;
            let arrival = Arrival { source: source.clone(), bytes, kind, objection };
            let (after, route) = match arrive(&before, &arrival, now()) {
                Arrived::Process(after) => (after, Route::Process),
                Arrived::Refuse(after) => (after, Route::Refuse),
                Arrived::Stale => return Ok(Route::Stale),
                Arrived::Known => return Ok(Route::Known),
                Arrived::Unwanted => return self.throw_away(&source.key).await,
            };
            if after.source != before.source {
                self.tasks.release(&before).await?;
            }
            if after == before || self.records.replace(&before, &after).await? {
                self.machines.process(&after).await?;
                return Ok(route);
            }
        }
        Err(MediaError::Contended { attempts: ATTEMPTS })
    }

    async fn throw_away(&self, key: &str) -> Result<Route, MediaError> {
        self.uploads.delete(key).await?;
        Ok(Route::Unwanted)
    }

    /// Why an upload isn't what was announced, as far as can be told without decoding it.
    async fn objection(&self, record: &Record, kind: MediaKind, key: &str) -> Result<Option<MediaReason>, MediaError> {
        let declared = &record.upload.content_type;
        let refused = match kind {
            MediaKind::Video if !self.machines.take_video() => {
                Some(MediaError::UnsupportedType { content_type: "video, which is switched off here".to_owned() })
            }
            MediaKind::Video if declared.starts_with("image/") => {
                Some(MediaError::TypeMismatch { declared: declared.clone(), found: "a film".to_owned() })
            }
            MediaKind::Image if declared.starts_with("video/") => {
                Some(MediaError::TypeMismatch { declared: declared.clone(), found: "no film".to_owned() })
            }
            _ => self.other_content(record, key).await?,
        };
        Ok(refused.map(|error| MediaReason { code: error.name().to_owned(), message: error.to_string() }))
    }

    /// S3 has compared the checksum of what came in one request. Of what came in parts, nobody has yet.
    async fn other_content(&self, record: &Record, key: &str) -> Result<Option<MediaError>, MediaError> {
        if record.upload.upload_id.is_none() || record.media.status != MediaStatus::Pending {
            return Ok(None);
        }
        let read = self.uploads.client.get_object().bucket(&self.uploads.name).key(key).send().await;
        let mut body = read.map_err(|error| self.uploads.unavailable(&error))?.body;
        let mut hasher = Sha256::new();
        while let Some(chunk) = body.next().await {
            hasher.update(chunk.map_err(|error| self.uploads.unavailable(&error))?);
        }
        let (announced, found) = (record.upload.checksum, Checksum::finish(hasher));
        Ok((found != announced)
            .then(|| MediaError::ChecksumMismatch { announced: announced.to_string(), found: found.to_string() }))
    }
}

#[async_trait]
impl Step for RouteUpload {
    type Input = ObjectEvent;
    type Output = Routed;

    async fn run(&self, event: ObjectEvent) -> Result<Routed, Failure> {
        let ObjectEvent { detail, .. } = event;
        let source = Source {
            bucket: detail.bucket.name,
            key: detail.object.key,
            sequencer: detail.object.sequencer.unwrap_or_default(),
            etag: detail.object.etag,
        };
        let route = self.route(source).await?;
        tracing::info!(?route, "an object has arrived");
        Ok(Routed { routed: route })
    }
}
