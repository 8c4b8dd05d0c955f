//! `media-clean-uploads`: uploads that never came are given up, some at a time.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use crate::domain::cancel_expired;
use crate::objects::MediaObjects;
use crate::records::{Records, now};

/// How many uploads one call looks at.
const PAGE: i32 = 25;

/// `{"cleaned"?}`: how many earlier calls of the same execution have given up.
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
    /// How many are given up by now.
    pub cleaned: u64,
    /// Whether there may be more.
    pub goes_on: bool,
}

/// Gives up uploads that are overdue.
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
}

#[async_trait]
impl Step for CleanUploads {
    type Input = CleanInput;
    type Output = Cleaned;

    async fn run(&self, input: CleanInput) -> Result<Cleaned, Failure> {
        let now = now();
        let page = self.records.overdue(now, PAGE).await?;
        let mut cleaned = input.cleaned;
        for record in &page.records {
            let Some(after) = cancel_expired(record, now) else { continue };
            // The parts go first: once the record says that it was given up, nobody looks for them any more.
            self.objects.abandon_upload(record).await?;
            if self.records.replace(record, &after).await? {
                cleaned += 1;
            }
        }
        // The index may still show what was given up just now, but a page of nothing else is the last one.
        let goes_on = page.goes_on && cleaned > input.cleaned;
        Ok(Cleaned { cleaned, goes_on })
    }
}
