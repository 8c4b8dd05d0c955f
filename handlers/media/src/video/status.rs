//! `media-video-status`: what MediaConvert's job events mean to a film's record and to the machine that waits.

use async_trait::async_trait;
use aws_sdk_sfn::Client as StepFunctions;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use events::Timestamp;
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::transcode::Transcoding;
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
    stepfunctions: StepFunctions,
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
            stepfunctions: StepFunctions::new(&context.aws),
        })
    }

    async fn follow(&self, detail: JobDetail) -> Result<Followed, MediaError> {
        let run = detail.user_metadata.run()?;
        let Some(record) = self.records.find(&run.media_id).await? else { return Ok(Followed::Nothing) };
        let is_over = matches!(detail.status.as_str(), "COMPLETE" | "ERROR" | "CANCELED");
        let awaited = record.transcoding.as_ref().filter(|_| run.is_awaited_by(&record));
        match awaited {
            Some(transcoding) if is_over => {
                self.end(&detail, transcoding, &record).await?;
                Ok(Followed::Ended)
            }
            Some(transcoding) => {
                self.progress(&detail, &run).await?;
                let beat = self.stepfunctions.send_task_heartbeat().task_token(&transcoding.task_token).send().await;
                told(beat.map(drop))?;
                Ok(Followed::Progress)
            }
            None if is_over => Ok(Followed::Nothing),
            None => {
                self.cancel(&detail.job_id).await?;
                Ok(Followed::Canceled)
            }
        }
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
            let success = self.stepfunctions.send_task_success().task_token(token).output(output.to_string());
            return told(success.send().await.map(drop));
        }
        let error = match detail.status.as_str() {
            "CANCELED" => MediaError::TranscodingCanceled { job: detail.job_id.clone() },
            _ => {
                let message = detail.error_message.clone().unwrap_or_default();
                let code = detail.error_code.unwrap_or_default();
                MediaError::TranscodingFailed { reason: format!("{message} (code {code} of MediaConvert)") }
            }
        };
        let cause = json!({"errorType": error.name(), "errorMessage": error.to_string()});
        let failure = self.stepfunctions.send_task_failure().task_token(token).error(error.name());
        told(failure.cause(cause.to_string()).send().await.map(drop))
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
            Err(error) => Err(unavailable("MediaConvert", &error)),
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

/// A machine that no longer waits need not be told.
fn told<E, R>(answer: Result<(), SdkError<E, R>>) -> Result<(), MediaError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match answer {
        Err(error) if matches!(error.code(), Some("TaskTimedOut" | "TaskDoesNotExist" | "InvalidToken")) => Ok(()),
        Err(error) => Err(unavailable("Step Functions", &error)),
        Ok(()) => Ok(()),
    }
}

fn unavailable(resource: &str, error: &(dyn std::error::Error + 'static)) -> MediaError {
    MediaError::Unavailable { resource: resource.to_owned(), reason: DisplayErrorContext(error).to_string() }
}
