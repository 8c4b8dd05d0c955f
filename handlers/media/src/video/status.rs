//! `media-video-status`: what MediaConvert's job events mean to a film's record and to the machine that waits.

use async_trait::async_trait;
use aws_sdk_mediaconvert::error::{DisplayErrorContext, ProvideErrorMetadata};
use events::{MediaStatus, Timestamp};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::transcode::Transcoding;
use super::waiting::WaitingTasks;
use crate::MediaError;
use crate::domain::{Record, Run};
use crate::records::Records;

/// A `MediaConvert Job State Change`.
///
/// Shape: <https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html>
#[derive(Clone, Debug, Deserialize)]
pub struct JobEvent {
    /// What happened.
    pub detail: JobDetail,
}

/// What an event says of a job.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobDetail {
    /// The job.
    pub job_id: String,
    /// `STATUS_UPDATE`, `COMPLETE`, …
    pub status: String,
    /// What `media-transcode` gave the job.
    pub user_metadata: Metadata,
    /// Of a `STATUS_UPDATE`.
    #[serde(default)]
    pub job_progress: Option<JobProgress>,
    /// Of an `ERROR`.
    #[serde(default)]
    pub error_code: Option<u32>,
    /// Of an `ERROR`.
    #[serde(default)]
    pub error_message: Option<String>,
}

/// Which processing a job belongs to; metadata are texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    media_id: String,
    sequencer: String,
    attempt: String,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobProgress {
    /// Of all of it.
    #[serde(default)]
    pub job_percent_complete: Option<u8>,
}

/// What was done about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Followed {
    /// The record says how far it is.
    Progress,
    /// The machine knows of the end.
    Ended,
    /// Nobody waits for the job any more: it was canceled.
    Canceled,
    /// There was nothing to do.
    Nothing,
}

/// Follows jobs.
#[derive(Clone, Debug)]
pub struct FollowTranscoding {
    records: Records,
    mediaconvert: aws_sdk_mediaconvert::Client,
    tasks: WaitingTasks,
}

impl FollowTranscoding {
    /// Works on the table that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            records: Records::build(context)?,
            mediaconvert: aws_sdk_mediaconvert::Client::new(&context.aws),
            tasks: WaitingTasks::build(context),
        })
    }

    async fn follow(&self, detail: JobDetail) -> Result<Followed, MediaError> {
        let run = detail.user_metadata.run()?;
        let is_over = matches!(detail.status.as_str(), "COMPLETE" | "ERROR" | "CANCELED");
        // Of an erased person there is no record.
        let record = self.records.find(&run.media_id).await?;
        let awaiting = record.as_ref().filter(|record| run.is_awaited_by(record));
        match awaiting.and_then(|record| Some((record, record.transcoding.as_ref()?))) {
            Some((record, transcoding)) if is_over => {
                self.end(&detail, transcoding, record).await?;
                return Ok(Followed::Ended);
            }
            Some((_, transcoding)) => {
                self.progress(&detail, &run).await?;
                self.tasks.beat(&transcoding.task_token).await?;
                return Ok(Followed::Progress);
            }
            None => {}
        }
        if let Some(deleted) = record.filter(|record| record.media.status == MediaStatus::Deleted) {
            self.tasks.release(&deleted).await?;
        }
        if is_over {
            return Ok(Followed::Nothing);
        }
        self.cancel(&detail.job_id).await?;
        Ok(Followed::Canceled)
    }

    async fn progress(&self, detail: &JobDetail, run: &Run) -> Result<(), MediaError> {
        let Some(percent) = detail.job_progress.and_then(|progress| progress.job_percent_complete) else {
            return Ok(());
        };
        let decide = |record: &Record, now: Timestamp| {
            // Events may come in another order than they happened.
            let is_news = run.is_awaited_by(record) && record.media.progress.is_none_or(|before| before < percent);
            Ok::<_, MediaError>(is_news.then(|| {
                let mut after = record.clone().advanced(now);
                after.media.progress = Some(percent.min(99));
                after
            }))
        };
        self.records.change(&run.media_id, decide).await.map(drop)
    }

    async fn end(&self, detail: &JobDetail, transcoding: &Transcoding, record: &Record) -> Result<(), MediaError> {
        let token = &transcoding.task_token;
        if detail.status == "COMPLETE" {
            let output = json!({
                "contentType": transcoding.content_type,
                "contentHash": record.upload.checksum.hex(),
                "width": transcoding.width,
                "height": transcoding.height,
                "durationMilliseconds": transcoding.duration_milliseconds,
                "variants": transcoding.variants,
            });
            return self.tasks.succeed(token, &output).await;
        }
        let error = match detail.status.as_str() {
            "CANCELED" => MediaError::TranscodingCanceled { job: detail.job_id.clone() },
            _ => {
                let message = detail.error_message.clone().unwrap_or_default();
                let code = detail.error_code.unwrap_or_default();
                MediaError::TranscodingFailed { reason: format!("{message} (code {code} of MediaConvert)") }
            }
        };
        self.tasks.fail(token, &error).await
    }

    async fn cancel(&self, job: &str) -> Result<(), MediaError> {
        match self.mediaconvert.cancel_job().id(job).send().await {
            Ok(_) => Ok(()),
            // It is over, or gone.
            Err(error)
                if matches!(error.code(), Some("ConflictException" | "NotFoundException" | "BadRequestException")) =>
            {
                Ok(())
            }
            Err(error) => Err(MediaError::Unavailable {
                resource: "MediaConvert".to_owned(),
                reason: DisplayErrorContext(&error).to_string(),
            }),
        }
    }
}

#[async_trait]
impl Step for FollowTranscoding {
    type Input = JobEvent;
    type Output = serde_json::Value;

    async fn run(&self, event: JobEvent) -> Result<serde_json::Value, Failure> {
        let (job, status) = (event.detail.job_id.clone(), event.detail.status.clone());
        let followed = self.follow(event.detail).await?;
        tracing::info!(job, status, ?followed, "a job of MediaConvert");
        Ok(json!({ "followed": followed }))
    }
}

impl Metadata {
    fn run(&self) -> Result<Run, MediaError> {
        let attempt =
            self.attempt.parse().map_err(|_| MediaError::InvalidRecord(format!("attempt {:?}", self.attempt)))?;
        Ok(Run { media_id: self.media_id.clone(), sequencer: self.sequencer.clone(), attempt })
    }
}
