//! The list of all events, and the JSON Schema of each.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::{
    Envelope, Event, MediaProcessed, MediaRejected, MediaUploaded, Mismatch, SubjectErased, TodoCompleted, TodoCreated,
    TodoDeleted, TodoReminderDue, TodoReopened, TodoUpdated,
};

/// Every event that may appear on the bus.
pub const CONTRACTS: &[Contract] = &[
    Contract::of::<TodoCreated>(),
    Contract::of::<TodoUpdated>(),
    Contract::of::<TodoCompleted>(),
    Contract::of::<TodoReopened>(),
    Contract::of::<TodoDeleted>(),
    Contract::of::<TodoReminderDue>(),
    Contract::of::<MediaUploaded>(),
    Contract::of::<MediaProcessed>(),
    Contract::of::<MediaRejected>(),
    Contract::of::<SubjectErased>(),
];

/// What producers and consumers of one event agree on.
#[derive(Clone, Copy, Debug)]
pub struct Contract {
    /// The event's `detail-type`.
    pub detail_type: &'static str,
    /// The event's `source`.
    pub source: &'static str,
    /// What happened, in a sentence.
    pub meaning: &'static str,
    /// One more each time fields were added.
    pub version: u32,
    schema: fn() -> Value,
    round_trip: fn(Value) -> Result<Value, Mismatch>,
}

impl Contract {
    const fn of<Detail: Event>() -> Self {
        Self {
            detail_type: Detail::DETAIL_TYPE,
            source: Detail::SOURCE,
            meaning: Detail::MEANING,
            version: Detail::VERSION,
            schema: schema_of::<Detail>,
            round_trip: round_trip::<Detail>,
        }
    }

    /// The contract of `detail_type`, if there is such an event.
    pub fn named(detail_type: &str) -> Option<&'static Self> {
        CONTRACTS.iter().find(|contract| contract.detail_type == detail_type)
    }

    /// The JSON Schema (draft 2020-12) of the whole envelope.
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Reads an envelope into its Rust type and writes it back; what the type doesn't know is lost on the way.
    pub fn round_trip(&self, envelope: Value) -> Result<Value, Mismatch> {
        (self.round_trip)(envelope)
    }
}

fn schema_of<Detail: Event>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Envelope<Detail>>().to_value();
    schema["title"] = json!(Detail::DETAIL_TYPE);
    schema["description"] = json!(Detail::MEANING);
    schema["properties"]["detail-type"] = json!({"const": Detail::DETAIL_TYPE});
    schema["properties"]["source"] = json!({"const": Detail::SOURCE});
    schema["properties"]["version"] = json!({"const": "0"});
    schema
}

fn round_trip<Detail: Event>(envelope: Value) -> Result<Value, Mismatch> {
    let envelope = Envelope::<Detail>::from_value(envelope)?;
    serde_json::to_value(envelope).map_err(|source| Mismatch::Shape { contract: Detail::DETAIL_TYPE, source })
}
