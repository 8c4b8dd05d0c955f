//! `media-clean-uploads`: uploads that never came are given up, and those that were rejected are removed, some at a time.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::domain::{Awaited, Record, expire};
use crate::objects::MediaObjects;
use crate::records::{Records, now};

/// How many uploads of each kind one call looks at.
const PAGE: i32 = 25;

/// `{"cleaned"?}`: how many uploads earlier calls of the same execution have cleaned.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct CleanInput {
    /// 0 at first.
    #[serde(default)]
    pub cleaned: u64,
}

/// `{"cleaned", "goesOn"}`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cleaned {
    /// How many are given up or removed by now.
    pub cleaned: u64,
    /// Whether there may be more.
    pub goes_on: bool,
}

/// Cleans uploads whose time is over.
#[derive(Clone, Debug)]
pub struct CleanUploads {
    records: Records,
    objects: MediaObjects,
}

impl CleanUploads {
    /// Works on the table and buckets that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, objects: MediaObjects::build(context)? })
    }

    /// The objects go first: once the record says that they are gone, nobody looks for them any more.
    async fn clean_objects(&self, record: &Record) -> Result<(), MediaError> {
        match record.awaiting {
            Some(Awaited::Upload) => self.objects.abandon_upload(record).await,
            Some(Awaited::Removal) => self.objects.delete_upload(&record.media.id).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Step for CleanUploads {
    type Input = CleanInput;
    type Output = Cleaned;

    async fn run(&self, input: CleanInput) -> Result<Cleaned, Failure> {
        let now = now();
        let (mut cleaned, mut goes_on) = (input.cleaned, false);
        for awaited in [Awaited::Upload, Awaited::Removal] {
            let page = self.records.overdue(awaited, now, PAGE).await?;
            let before = cleaned;
            for listed in &page.records {
                // The index tells of a moment ago.
                let Some(record) = self.records.find(&listed.media.id).await? else { continue };
                let Some(after) = expire(&record, now) else { continue };
                self.clean_objects(&record).await?;
                if self.records.replace(&record, &after).await? {
                    cleaned += 1;
                }
            }
            // The index may still show what was cleaned just now, but a page of nothing else is the last one.
            goes_on |= page.goes_on && cleaned > before;
        }
        Ok(Cleaned { cleaned, goes_on })
    }
}
