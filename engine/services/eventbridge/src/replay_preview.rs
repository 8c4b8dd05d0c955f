//! What a replay would send where.

use std::collections::BTreeMap;

use serde::Serialize;
use service::ServiceError;

use crate::envelope::Envelope;
use crate::replay::Replay;
use crate::rows;
use crate::service::EventBridge;
use crate::target::Destination;

/// How many events are read at a time.
const BATCH: usize = 2_000;

/// What a replay would send where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReplayPreview {
    /// How many events lie in the window.
    pub events: u64,
    /// What would be sent, by rule and target; also targets that would get nothing.
    pub targets: Vec<PreviewedTarget>,
}

/// A target that a replay would reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewedTarget {
    /// The rule's name.
    pub rule: String,
    /// The target's id.
    pub id: String,
    /// The target's ARN.
    pub arn: String,
    /// How many events it would get.
    pub events: u64,
}

impl EventBridge {
    pub(crate) async fn preview(&self, mut replay: Replay) -> Result<ReplayPreview, ServiceError> {
        let mut events = 0;
        let mut by_rule: BTreeMap<String, u64> = BTreeMap::new();
        loop {
            let (archive, start, end, after) = (replay.archive_id, replay.event_start, replay.event_end, replay.cursor);
            let read = move |connection: &_| rows::archives::next_batch(connection, archive, start, end, after, BATCH);
            let batch = self.platform.store.read(read).await?;
            let Some((last, _)) = batch.last() else { break };
            replay.cursor = Some(*last);
            events += batch.len() as u64;
            let registry = self.registry();
            let bus = registry.bus(&replay.bus)?;
            for (_, text) in batch {
                let Ok(mut envelope) = Envelope::from_json(&text) else { continue };
                envelope.replay_name = Some(replay.name.clone());
                for rule in bus.matching(&envelope.to_json()).unwrap_or_default() {
                    *by_rule.entry(rule.record.name.clone()).or_default() += 1;
                }
            }
        }
        let registry = self.registry();
        let reached = registry.bus(&replay.bus)?.rules().values().filter(|rule| replay.reaches(&rule.arn));
        let targets = reached.flat_map(|rule| {
            let events = by_rule.get(&rule.record.name).copied().unwrap_or_default();
            let targets = rule.targets.values();
            let others = targets.filter(|target| !matches!(target.destination, Destination::Archive { .. }));
            others.map(move |target| PreviewedTarget {
                rule: rule.record.name.clone(),
                id: target.id.clone(),
                arn: target.arn.clone(),
                events,
            })
        });
        Ok(ReplayPreview { events, targets: targets.collect() })
    }
}
