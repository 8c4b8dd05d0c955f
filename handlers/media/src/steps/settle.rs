//! `media-settle`: processing has ended, one way or another.

use async_trait::async_trait;
use events::{MediaStatus, Timestamp};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::domain::{Ending, Record, Run, end};
use crate::objects::MediaObjects;
use crate::records::Records;

/// `{"run": {…}, "ending": {"status": "READY", …}}`
#[derive(Clone, Debug, Deserialize)]
pub struct SettleInput {
    /// Which processing.
    pub run: Run,
    /// How it ended.
    pub ending: Ending,
}

/// `{"mediaId", "status"}`: the media's status then, which is another's doing where the run was overtaken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// The media.
    pub media_id: String,
    /// How far it is.
    pub status: MediaStatus,
}

/// Writes how processing ended.
#[derive(Clone, Debug)]
pub struct Settle {
    records: Records,
    objects: MediaObjects,
}

impl Settle {
    /// Works on the table and buckets that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, objects: MediaObjects::build(context)? })
    }
}

#[async_trait]
impl Step for Settle {
    type Input = SettleInput;
    type Output = Settled;

    async fn run(&self, input: SettleInput) -> Result<Settled, Failure> {
        let SettleInput { run, ending } = input;
        let decide = |record: &Record, now: Timestamp| Ok(end(record, &run, &ending, now));
        let record = match self.records.change(&run.media_id, decide).await {
            Ok(record) => record,
            // Its owner was erased meanwhile.
            Err(MediaError::NotFound { id }) => {
                self.objects.delete_made(&id).await?;
                return Ok(Settled { media_id: id, status: MediaStatus::Deleted });
            }
            Err(error) => return Err(error.into()),
        };
        if record.media.status == MediaStatus::Deleted {
            // It was deleted while this run still made variants.
            self.objects.delete(&record).await?;
        }
        Ok(Settled { media_id: run.media_id, status: record.media.status })
    }
}
