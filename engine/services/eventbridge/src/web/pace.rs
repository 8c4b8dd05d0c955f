//! How often a destination may be asked.

use std::sync::PoisonError;
use std::time::Duration;

use clock::Timestamp;

use super::{ApiDestination, Web};

/// How long a request may wait for its turn where it is; what would wait longer comes back later.
const PATIENCE: Duration = Duration::from_secs(1);

impl Web {
    /// Takes the next turn of a destination and waits for it.
    ///
    /// # Errors
    /// How long it would take, when that is too long to wait.
    pub(crate) async fn await_turn(&self, destination: &ApiDestination) -> Result<(), Duration> {
        let turn = self.take_turn(destination, self.platform.clock.now())?;
        if turn > self.platform.clock.now() {
            self.platform.clock.sleep_until(turn).await;
        }
        Ok(())
    }

    fn take_turn(&self, destination: &ApiDestination, now: Timestamp) -> Result<Timestamp, Duration> {
        let gap = Duration::from_secs(1) / destination.most_per_second.max(1);
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let next = paces.entry(destination.id.clone()).or_insert(now);
        let turn = (*next).max(now);
        let wait = turn.since(now);
        if wait > PATIENCE {
            return Err(wait);
        }
        *next = turn.plus(gap);
        Ok(turn)
    }
}
