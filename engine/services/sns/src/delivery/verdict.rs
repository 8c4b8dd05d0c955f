//! What becomes of a delivery that failed: pure.

use std::time::Duration;

use service::ServiceError;

/// Why a call of an endpoint failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) retryable: bool,
}

impl From<ServiceError> for Failure {
    /// Faults of the service and throttling are worth a retry; a missing queue or another mistake of the subscriber's is
    /// not, and goes to the dead-letter queue at once.
    fn from(error: ServiceError) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| error.code.contains(word));
        // What isn't built (501) will not be there the next time either.
        let retryable = (error.status >= 500 && error.status != 501)
            || error.status == 429
            || says(&["Throttl", "TooManyRequests", "LimitExceeded"]);
        Self { message: error.to_string(), retryable }
    }
}

/// How long to wait after this many failed attempts; none when there have been enough.
///
/// SNS tries endpoints of AWS's own 100,015 times more over 23 days: thrice at once, twice after a second, ten times after
/// a second that grows to twenty, then every twenty seconds.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>
pub(super) fn pause_after(attempts: u32) -> Option<Duration> {
    match attempts {
        0..=3 => Some(Duration::ZERO),
        4..=5 => Some(Duration::from_secs(1)),
        // From 1 to 20 seconds in ten steps, each longer than the one before by the same factor.
        6..=15 => Some(Duration::from_secs_f64(20_f64.powf(f64::from(attempts - 6) / 9.0))),
        16..=100_015 => Some(Duration::from_secs(20)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_twenty_seconds_and_end_after_twenty_three_days() {
        let seconds: Vec<u64> =
            (1..=17).map(|n| pause_after(n).expect("a retry").as_secs_f64().round() as u64).collect();
        assert_eq!(seconds, [0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 5, 7, 10, 14, 20, 20, 20]);
        assert_eq!(pause_after(100_016), None);
        let total: Duration = (1..=100_015).filter_map(pause_after).sum();
        assert_eq!(total.as_secs() / 86_400, 23);
    }

    #[test]
    fn only_what_a_retry_can_mend_is_retried() {
        let retryable = |error: ServiceError| Failure::from(error).retryable;
        assert!(retryable(ServiceError::server("ServiceException", "down")));
        assert!(retryable(ServiceError::client("TooManyRequestsException", "slow down").with_status(429)));
        assert!(!retryable(ServiceError::client("QueueDoesNotExist", "gone")));
        assert!(!retryable(ServiceError::not_built("sqs", "SendMessage")));
    }
}
