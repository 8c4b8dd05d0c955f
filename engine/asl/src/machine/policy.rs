//! `Retry` and `Catch`.

use std::sync::Arc;
use std::time::Duration;

use super::ResultPath;
use crate::failure::names;
use crate::template::Template;

/// One entry of `Retry`.
#[derive(Clone, Debug)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<Arc<str>>,
    pub(crate) interval_seconds: u64,
    pub(crate) max_attempts: u64,
    pub(crate) backoff_rate: f64,
    pub(crate) max_delay_seconds: Option<u64>,
    /// `JitterStrategy: FULL`: anywhere between no delay and the full one.
    pub(crate) full_jitter: bool,
}

/// One entry of `Catch`.
#[derive(Clone, Debug)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<Arc<str>>,
    pub(crate) next: usize,
    pub(crate) result_path: ResultPath,
    pub(crate) output: Option<Template>,
    pub(crate) assign: Option<Template>,
}

impl Retrier {
    /// The delay before attempt `attempt` (0 for the first retry); `unit` is the dice's answer, from 0 to 1.
    pub(crate) fn delay(&self, attempt: u32, unit: f64) -> Duration {
        let exponent = i32::try_from(attempt).unwrap_or(i32::MAX);
        let mut seconds = self.interval_seconds as f64 * self.backoff_rate.powi(exponent);
        if let Some(maximum) = self.max_delay_seconds {
            seconds = seconds.min(maximum as f64);
        }
        if self.full_jitter {
            seconds *= unit;
        }
        // A year is more than an execution may last.
        Duration::from_secs_f64(seconds.clamp(0.0, 366.0 * 86_400.0))
    }
}

/// Whether an error is among `names`, wildcards included. An error without a name is met by the wildcards alone.
pub(crate) fn matches(names: &[Arc<str>], error: Option<&str>, heartbeat: bool) -> bool {
    names.iter().any(|name| match &**name {
        // These two are not caught unless named.
        names::ALL => !matches!(error, Some(names::RUNTIME | names::DATA_LIMIT_EXCEEDED)),
        names::TASK_FAILED => !matches!(error, Some(names::TIMEOUT | names::RUNTIME | names::DATA_LIMIT_EXCEEDED)),
        names::HEARTBEAT_TIMEOUT if heartbeat => true,
        name => Some(name) == error,
    })
}
