//! The state machines that process what was uploaded.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::DisplayErrorContext;
use events::{MediaKind, MediaStatus};
use function::{Context, MissingSetting};
use serde_json::json;

use crate::MediaError;
use crate::domain::{Checksum, Record};

/// The machines `process-image` and `process-video`.
#[derive(Clone, Debug)]
pub(crate) struct Machines {
    client: Client,
    image: String,
    video: Option<String>,
}

impl Machines {
    /// The machines that the function's settings name; without `PROCESS_VIDEO_ARN`, films are not taken.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            client: Client::new(&context.aws),
            image: context.settings.require("PROCESS_IMAGE_ARN")?,
            video: context.settings.get("PROCESS_VIDEO_ARN"),
        })
    }

    /// Whether films are processed.
    pub(crate) fn take_video(&self) -> bool {
        self.video.is_some()
    }

    /// Starts the execution that a record waits for, unless it was started before: its name is made of the upload and the
    /// attempt.
    pub(crate) async fn process(&self, record: &Record) -> Result<(), MediaError> {
        let (MediaStatus::Processing, Some(source)) = (record.media.status, &record.source) else { return Ok(()) };
        let machine = match (record.media.kind, &self.video) {
            (Some(MediaKind::Video), Some(video)) => video,
            _ => &self.image,
        };
        let id = &record.media.id;
        let run = Checksum::of(format!("{}/{}", source.sequencer, record.attempt).as_bytes()).hex();
        let input = json!({
            "run": {"mediaId": id, "sequencer": source.sequencer, "attempt": record.attempt},
            "source": {"bucket": source.bucket, "key": source.key},
            "owner": record.media.owner,
        });
        let start = self.client.start_execution().state_machine_arn(machine).name(format!("{id}-{}", &run[..16]));
        match start.input(input.to_string()).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_execution_already_exists()) => Ok(()),
            Err(error) => Err(MediaError::Unavailable {
                resource: format!("the machine {machine}"),
                reason: DisplayErrorContext(&error).to_string(),
            }),
        }
    }
}
