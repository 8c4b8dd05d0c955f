//! The clock trait, the system's clock and one for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::sync::oneshot;

use crate::Timestamp;

/// Where the engine gets its time from.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Returns once [`Clock::now`] has reached `moment`; at once when it already has.
    async fn sleep_until(&self, moment: Timestamp);

    /// Returns after `duration` on this clock.
    async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now().plus(duration)).await;
    }
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    async fn sleep_until(&self, moment: Timestamp) {
        // Sleeps in slices so that a change of the system's time, or a suspended machine, is noticed within a minute.
        loop {
            let left = moment.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(Duration::from_secs(60))).await;
        }
    }
}

/// A clock for tests: time stands still until the test moves it.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<VirtualTime>>);

#[derive(Debug)]
struct VirtualTime {
    now: Timestamp,
    sleepers: BTreeMap<Timestamp, Vec<oneshot::Sender<()>>>,
}

impl VirtualClock {
    /// A clock that stands at `start`.
    pub fn starting_at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(VirtualTime { now: start, sleepers: BTreeMap::new() })))
    }

    /// Moves the clock to `moment` (never back) and wakes whoever waited for a moment up to it, earliest first.
    pub fn advance_to(&self, moment: Timestamp) {
        let mut time = self.lock();
        time.now = time.now.max(moment);
        let beyond = Timestamp::from_millis(time.now.as_millis().saturating_add(1));
        let later = time.sleepers.split_off(&beyond);
        for sleeper in std::mem::replace(&mut time.sleepers, later).into_values().flatten() {
            // A sleeper that gave up is no concern of the clock's.
            let _ = sleeper.send(());
        }
    }

    /// Moves the clock by `duration`.
    pub fn advance(&self, duration: Duration) {
        let target = self.lock().now.plus(duration);
        self.advance_to(target);
    }

    /// The earliest moment that somebody waits for.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let mut time = self.lock();
        time.sleepers.retain(|_, sleepers| {
            sleepers.retain(|sleeper| !sleeper.is_closed());
            !sleepers.is_empty()
        });
        time.sleepers.keys().next().copied()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VirtualTime> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    async fn sleep_until(&self, moment: Timestamp) {
        let woken = {
            let mut time = self.lock();
            if moment <= time.now {
                return;
            }
            let (wake, woken) = oneshot::channel();
            time.sleepers.entry(moment).or_default().push(wake);
            woken
        };
        // The sender lives until it wakes us or the clock is gone; a clock that is gone never reaches the moment.
        if woken.await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_virtual_clock_wakes_sleepers_only_when_it_reaches_their_moment() {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(0));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(30 * 24 * 3600)).await }
        });
        while clock.next_wake().is_none() {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(3600));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance_to(clock.next_wake().expect("one waits"));
        sleeper.await.expect("woken");
    }
}
