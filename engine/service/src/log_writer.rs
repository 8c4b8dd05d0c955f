//! Lines on their way to CloudWatch Logs.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{Platform, ServiceError};

/// Lines that may wait; when more do, the oldest are dropped.
const MOST_WAITING: usize = 100_000;
/// Lines and bytes of one `PutLogEvents`.
const MOST_AT_ONCE: usize = 5_000;
const MOST_BYTES: usize = 1_000_000;
/// Bytes of a line; AWS cuts what is longer.
const LONGEST: usize = 262_118;

/// Writes lines to CloudWatch Logs in the background, as AWS's services do: in order, as a best effort, and never in the way
/// of whoever has something to tell. An engine without CloudWatch Logs drops them.
pub struct LogWriter {
    platform: Platform,
    waiting: Mutex<VecDeque<Line>>,
    nudge: Notify,
    makes_groups: bool,
}

struct Line {
    group: Arc<str>,
    stream: Arc<str>,
    at: Timestamp,
    message: String,
}

/// The lines of one stream that go together.
type Batch = ((Arc<str>, Arc<str>), Vec<Line>);

impl LogWriter {
    /// A writer; one that `makes_groups` makes log groups that aren't there, as Lambda does.
    pub fn new(platform: &Platform, makes_groups: bool) -> Arc<Self> {
        Arc::new(Self { platform: platform.clone(), waiting: Mutex::default(), nudge: Notify::new(), makes_groups })
    }

    /// Takes a line for a stream, which is made when it isn't there.
    pub fn write(&self, group: &Arc<str>, stream: &Arc<str>, at: Timestamp, message: impl Into<String>) {
        let mut message = message.into();
        message.truncate(message.floor_char_boundary(LONGEST));
        let mut waiting = self.waiting();
        if waiting.len() == MOST_WAITING {
            waiting.pop_front();
        }
        waiting.push_back(Line { group: Arc::clone(group), stream: Arc::clone(stream), at, message });
        drop(waiting);
        self.nudge.notify_one();
    }

    /// Begins to write, once all services are registered.
    pub fn start(self: &Arc<Self>) {
        let writer = Arc::clone(self);
        self.platform.spawn(async move {
            let mut known = HashSet::new();
            loop {
                writer.nudge.notified().await;
                while let Some(batches) = writer.take() {
                    for (place, lines) in batches {
                        writer.send(&mut known, place, lines).await;
                    }
                }
            }
        });
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, by stream; `None` when nothing does.
    fn take(&self) -> Option<Vec<Batch>> {
        let mut waiting = self.waiting();
        if waiting.is_empty() {
            return None;
        }
        let mut streams: BTreeMap<_, Vec<Line>> = BTreeMap::new();
        let count = waiting.len().min(MOST_AT_ONCE);
        for line in waiting.drain(..count) {
            streams.entry((Arc::clone(&line.group), Arc::clone(&line.stream))).or_default().push(line);
        }
        Some(streams.into_iter().collect())
    }

    async fn send(&self, known: &mut HashSet<(Arc<str>, Arc<str>)>, place: (Arc<str>, Arc<str>), mut lines: Vec<Line>) {
        if self.platform.services.get("logs").is_none() {
            return;
        }
        // The engine's clock may have been set back.
        lines.sort_by_key(|line| line.at);
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |line: &&Line| {
                bytes += line.message.len() + 26;
                bytes <= MOST_BYTES
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (now, later) = rest.split_at(count);
            rest = later;
            if let Err(error) = self.put(known, &place, now).await {
                let (group, stream) = (&*place.0, &*place.1);
                tracing::warn!(group, stream, lines = now.len(), %error, "log events can't be written and are dropped");
            }
        }
    }

    async fn put(
        &self,
        known: &mut HashSet<(Arc<str>, Arc<str>)>,
        place: &(Arc<str>, Arc<str>),
        lines: &[Line],
    ) -> Result<(), ServiceError> {
        if !known.contains(place) {
            self.make(place).await?;
            known.insert((Arc::clone(&place.0), Arc::clone(&place.1)));
        }
        match self.put_events(place, lines).await {
            // Somebody deleted the stream or its group.
            Err(error) if error.code == "ResourceNotFoundException" => {
                self.make(place).await?;
                self.put_events(place, lines).await
            }
            answer => answer,
        }
    }

    async fn put_events(&self, (group, stream): &(Arc<str>, Arc<str>), lines: &[Line]) -> Result<(), ServiceError> {
        let events: Vec<Value> = lines
            .iter()
            .filter(|line| !line.message.is_empty())
            .map(|line| json!({"timestamp": line.at.as_millis(), "message": line.message}))
            .collect();
        if events.is_empty() {
            return Ok(());
        }
        let input = json!({"logGroupName": **group, "logStreamName": **stream, "logEvents": events});
        self.platform.services.call("logs", "PutLogEvents", input).await.map(drop)
    }

    async fn make(&self, (group, stream): &(Arc<str>, Arc<str>)) -> Result<(), ServiceError> {
        if self.makes_groups {
            self.unless_there("CreateLogGroup", json!({"logGroupName": **group})).await?;
        }
        self.unless_there("CreateLogStream", json!({"logGroupName": **group, "logStreamName": **stream})).await
    }

    async fn unless_there(&self, operation: &str, input: Value) -> Result<(), ServiceError> {
        match self.platform.services.call("logs", operation, input).await {
            Err(error) if error.code != "ResourceAlreadyExistsException" => Err(error),
            _ => Ok(()),
        }
    }
}
