//! `media-transcode`: looks at a film and asks MediaConvert for its renditions; the task's token waits with the record.

use async_trait::async_trait;
use aws_sdk_mediaconvert::Client;
use aws_sdk_mediaconvert::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_mediaconvert::types::{JobStatus, JobTemplateSettings, ProbeInputFile};
use events::{MediaVariant, Timestamp};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use super::film::{Film, refused};
use super::job::{self, Place};
use crate::MediaError;
use crate::buckets::Bucket;
use crate::domain::{Checksum, Record, Run};
use crate::records::Records;
use crate::source::SourceObject;

/// `{"run": {…}, "source": {…}, "taskToken"}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeInput {
    /// Which processing asks.
    pub run: Run,
    /// The upload.
    pub source: SourceObject,
    /// By which the machine is told of the end.
    pub task_token: String,
}

/// What is being made of a film: kept with the record until the job is over, because the token has more characters than the
/// metadata of a job should carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transcoding {
    /// By which the machine is told of the end.
    pub task_token: String,
    /// As it was found.
    pub content_type: String,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// How long the film plays.
    pub duration_milliseconds: u64,
    /// What there is once the job is complete.
    pub variants: Vec<MediaVariant>,
}

/// Looks at a film and asks for its renditions.
#[derive(Clone, Debug)]
pub struct Transcode {
    records: Records,
    uploads: Bucket,
    media: Bucket,
    mediaconvert: Client,
    role: String,
    template: String,
}

impl Transcode {
    /// Works on the table, buckets, role and job template that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            records: Records::build(context)?,
            uploads: Bucket::uploads(context)?,
            media: Bucket::media(context)?,
            mediaconvert: Client::new(&context.aws),
            role: context.settings.require("MEDIACONVERT_ROLE_ARN")?,
            template: context.settings.require("MEDIACONVERT_JOB_TEMPLATE")?,
        })
    }

    async fn film(&self, key: &str) -> Result<Film, MediaError> {
        let url = format!("s3://{}/{key}", self.uploads.name);
        let probe = self.mediaconvert.probe().input_files(ProbeInputFile::builder().file_url(url).build());
        match probe.send().await {
            Ok(answer) => match answer.probe_results() {
                [probed, ..] => Film::of(probed),
                [] => Err(MediaError::InvalidRecord("MediaConvert told nothing of a film".to_owned())),
            },
            Err(error) if error.code() == Some("BadRequestException") => {
                tracing::info!(key, error = %DisplayErrorContext(&error), "MediaConvert can't read an upload");
                Err(refused("Media.UnsupportedFormat", "this is no film that can be read"))
            }
            Err(error) => Err(broken(&error)),
        }
    }

    /// The job template's settings, and its queue.
    async fn template(&self) -> Result<(JobTemplateSettings, Option<String>), MediaError> {
        let answer = self.mediaconvert.get_job_template().name(&self.template).send().await;
        let template = answer.map_err(|error| broken(&error))?.job_template;
        let template = template.and_then(|template| Some((template.settings?, template.queue)));
        template.ok_or_else(|| MediaError::InvalidRecord(format!("job template {} has no settings", self.template)))
    }

    async fn begin(&self, input: TranscodeInput) -> Result<String, MediaError> {
        let TranscodeInput { run, source, task_token } = input;
        let overtaken = || MediaError::Superseded { id: run.media_id.clone() };
        if !run.is_awaited_by(&self.records.get(&run.media_id).await?) {
            return Err(overtaken());
        }
        let (film, (template, queue)) = tokio::try_join!(self.film(&source.key), self.template())?;
        let place = Place { run: &run, uploads: &self.uploads.name, key: &source.key, media: &self.media.name };
        let (settings, variants) = job::settings(template, &film, &place);
        let transcoding = Transcoding {
            task_token,
            content_type: film.content_type,
            width: film.width,
            height: film.height,
            duration_milliseconds: film.duration_milliseconds,
            variants,
        };
        // Before there is a job, so that nobody who hears of its end looks for the token in vain.
        let token = Checksum::of(transcoding.task_token.as_bytes()).hex();
        let decide = |record: &Record, now: Timestamp| {
            if !run.is_awaited_by(record) {
                return Err(overtaken());
            }
            let mut after = record.clone().advanced(now);
            after.transcoding = Some(transcoding.clone());
            Ok(Some(after))
        };
        self.records.change(&run.media_id, decide).await?;
        let create = self.mediaconvert.create_job().role(&self.role).settings(settings).set_queue(queue);
        let created = create
            .client_request_token(token)
            .status_update_interval(aws_sdk_mediaconvert::types::StatusUpdateInterval::Seconds10)
            .user_metadata("mediaId", &run.media_id)
            .user_metadata("sequencer", &run.sequencer)
            .user_metadata("attempt", run.attempt.to_string())
            .send()
            .await;
        let job = created
            .map_err(|error| broken(&error))?
            .job
            .unwrap_or_else(|| aws_sdk_mediaconvert::types::Job::builder().build());
        if job.status == Some(JobStatus::Error) {
            let message = job.error_message.unwrap_or_default();
            return Err(MediaError::TranscodingFailed { reason: message });
        }
        Ok(job.id.unwrap_or_default())
    }
}

#[async_trait]
impl Step for Transcode {
    type Input = TranscodeInput;
    type Output = serde_json::Value;

    async fn run(&self, input: TranscodeInput) -> Result<serde_json::Value, Failure> {
        let job = self.begin(input).await?;
        Ok(serde_json::json!({ "jobId": job }))
    }
}

/// An error of MediaConvert's under our name. What it refuses, it refuses again; the rest may pass.
fn broken<E, R>(error: &SdkError<E, R>) -> MediaError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let refusal = error.as_service_error().and_then(|service| service.message());
    match (error.code(), refusal) {
        (
            Some("BadRequestException" | "ForbiddenException" | "NotFoundException" | "ConflictException"),
            Some(reason),
        ) => MediaError::TranscodingFailed { reason: reason.to_owned() },
        _ => MediaError::Unavailable {
            resource: "MediaConvert".to_owned(),
            reason: DisplayErrorContext(error).to_string(),
        },
    }
}
