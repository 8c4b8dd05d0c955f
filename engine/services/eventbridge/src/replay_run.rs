//! Running a replay: batch by batch from the archive to the rules.

use std::sync::Arc;
use std::time::Duration;

use service::ServiceError;

use crate::envelope::Envelope;
use crate::replay::{Happening, Replay, State};
use crate::routing::Routed;
use crate::rows;
use crate::service::EventBridge;

/// How many events are read and routed in one transaction.
const BATCH: usize = 500;

/// How long a replay is still seen as CANCELLING: on AWS whoever asks right after CancelReplay is told so.
const CANCELLING: Duration = Duration::from_secs(1);

impl EventBridge {
    /// Runs a replay to its end, from wherever it is.
    pub(crate) async fn run_replay(self: Arc<Self>, name: String) {
        loop {
            let replay = self.registry().replay(&name).cloned();
            let Ok(replay) = replay else { return };
            let step = match replay.state {
                State::Starting => self.happen(&name, Happening::Began, None).await,
                State::Running => self.replay_batch(&replay).await,
                State::Cancelling => {
                    self.platform.clock.sleep(CANCELLING).await;
                    self.happen(&name, Happening::Stopped, None).await
                }
                State::Completed | State::Cancelled | State::Failed => return,
            };
            if let Err(failure) = step {
                tracing::error!(replay = name, error = %failure, "a replay cannot go on");
                let reason = Some(failure.message);
                if self.happen(&name, Happening::Broke, reason).await.is_err() {
                    // Not even that could be written: the next start finds the replay where its rows say it is.
                    return;
                }
            }
        }
    }

    /// Lets something happen to a replay and writes it; nothing when it can't happen in the replay's state.
    pub(crate) async fn happen(
        &self,
        name: &str,
        happening: Happening,
        reason: Option<String>,
    ) -> Result<Option<Replay>, ServiceError> {
        let _alone = self.changes.lock().await;
        let mut replay = self.registry().replay(name)?.clone();
        if !replay.advance(happening, self.platform.clock.now()) {
            return Ok(None);
        }
        replay.state_reason = reason.or(replay.state_reason);
        let row = replay.clone();
        self.platform.store.write(move |connection| rows::declarations::put_replay(connection, &row)).await?;
        self.registry_mut().replays.insert(replay.name.clone(), replay.clone());
        Ok(Some(replay))
    }

    /// Routes the next events and writes, in the same transaction, that they were.
    async fn replay_batch(&self, replay: &Replay) -> Result<Option<Replay>, ServiceError> {
        self.deliveries.room().await;
        {
            let registry = self.registry();
            registry.bus(&replay.bus)?;
            if registry.archive(&replay.archive)?.id != replay.archive_id {
                return Err(crate::error::no_such_archive(&replay.archive));
            }
        }
        let (archive, start, end, after) = (replay.archive_id, replay.event_start, replay.event_end, replay.cursor);
        let read = move |connection: &_| rows::archives::next_batch(connection, archive, start, end, after, BATCH);
        let batch = self.platform.store.read(read).await?;
        let Some(last) = batch.last().map(|(cursor, _)| *cursor) else {
            return self.happen(&replay.name, Happening::Exhausted, None).await;
        };
        let _alone = self.changes.lock().await;
        let mut replay = self.registry().replay(&replay.name)?.clone();
        if replay.state != State::Running {
            return Ok(None);
        }
        let mut routed = Routed::default();
        for (_, event) in batch {
            match Envelope::from_json(&event) {
                Ok(mut envelope) => {
                    envelope.replay_name = Some(replay.name.clone());
                    self.route_replayed(&replay, &envelope, &mut routed);
                }
                Err(failure) => tracing::error!(%failure, "an archived event is damaged and was left out: {event}"),
            }
        }
        replay.cursor = Some(last);
        let row = replay.clone();
        self.accept(routed, Some(move |connection: &_| rows::declarations::put_replay(connection, &row))).await?;
        self.registry_mut().replays.insert(replay.name.clone(), replay.clone());
        Ok(Some(replay))
    }
}
