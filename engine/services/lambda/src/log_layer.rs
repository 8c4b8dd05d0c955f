//! Events of `tracing` that a linked function emits: lines of the function's log, as its binary would write them.

use std::fmt;

use clock::{Clock, SystemClock};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::logs::Logs;

tokio::task_local! {
    /// The log of the function whose handler this task runs.
    pub(crate) static FUNCTION_LOG: FunctionLog;
}

/// One function's log.
pub(crate) struct FunctionLog {
    pub logs: Logs,
    pub function: String,
}

/// Copies what handlers in this process emit to the logs of their functions; all else passes by. What a handler emits
/// from tasks that it spawns is only in the engine's log.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogLayer;

impl<S: Subscriber> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // No function, no line: most events are the engine's own.
        let _ = FUNCTION_LOG.try_with(|log| log.logs.note(&log.function, line(event)));
    }
}

/// The event as a line of JSON, in the shape of a binary's.
fn line(event: &Event<'_>) -> String {
    let mut members = Members(Map::new());
    members.record("timestamp", SystemClock.now().to_rfc3339_millis());
    members.record("level", event.metadata().level().as_str());
    event.record(&mut members);
    members.record("target", event.metadata().target());
    Value::Object(members.0).to_string()
}

struct Members(Map<String, Value>);

impl Members {
    fn record(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Visit for Members {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.record(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.record(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.record(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record(field.name(), format!("{value:?}"));
    }
}
