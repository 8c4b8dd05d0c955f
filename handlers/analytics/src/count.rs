//! `analytics-count`: one more event of its type and hour.

use async_trait::async_trait;
use events::{Envelope, Timestamp};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use crate::ledger::Ledger;

/// What counting needs of any event's detail.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    /// Names the fact, however often it is delivered.
    pub event_id: String,
    /// When it happened: the hour it counts for. The envelope's time is when it was published, which may be another
    /// hour when it is published again.
    pub occurred_at: Timestamp,
}

/// `{"counted": true}`, or `false` when the event was counted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Whether this delivery made the difference.
    pub counted: bool,
}

/// Counts an event of the bus, once.
#[derive(Clone, Debug)]
pub struct CountEvent(Ledger);

impl CountEvent {
    /// Works on the table that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        Ok(Self(Ledger { client, table: context.settings.require("ANALYTICS_TABLE")? }))
    }
}

#[async_trait]
impl Step for CountEvent {
    type Input = Envelope<Counted>;
    type Output = Count;

    async fn run(&self, event: Envelope<Counted>) -> Result<Count, Failure> {
        let Counted { event_id, occurred_at } = event.detail;
        let counted = self.0.count(&event.detail_type, &event_id, occurred_at).await?;
        Ok(Count { counted })
    }
}
