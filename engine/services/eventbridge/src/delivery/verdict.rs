//! What becomes of a delivery that failed: pure, told the time and the jitter.

use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;

use super::{Delivery, Failure};
use crate::target::RetryPolicy;

/// What becomes of a delivery that failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is tried again then.
    RetryAt(Timestamp),
    /// It goes to the dead-letter queue, with this `EXHAUSTED_RETRY_CONDITION`; none when a retry would not have helped.
    GiveUp(Option<&'static str>),
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// With it, 185 attempts fill a day.
const LONGEST_PAUSE: Duration = Duration::from_secs(480);

pub(super) fn verdict(delivery: &Delivery, policy: RetryPolicy, now: Timestamp, jitter: f64) -> Verdict {
    if delivery.failure.as_ref().is_some_and(|failure| !failure.retryable) {
        return Verdict::GiveUp(None);
    }
    if now.since(delivery.accepted_at) >= policy.age {
        return Verdict::GiveUp(Some("MaximumEventAgeInSeconds"));
    }
    let retries = delivery.attempts.saturating_sub(1);
    if retries >= policy.attempts {
        return Verdict::GiveUp(Some("MaximumRetryAttempts"));
    }
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(retries.min(16))).min(LONGEST_PAUSE);
    let pause = doubled.mul_f64(0.5 + jitter / 2.0);
    let asked = delivery.failure.as_ref().and_then(|failure| failure.retry_after).map(Duration::from_secs);
    let pause = pause.max(asked.unwrap_or_default());
    Verdict::RetryAt(now.plus(pause).min(delivery.accepted_at.plus(policy.age)))
}

impl From<ServiceError> for Failure {
    /// Faults of the service and throttling are worth a retry; a missing resource, a missing permission or another
    /// mistake of the caller's is not. The codes are those that AWS documents for dead letters.
    fn from(error: ServiceError) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| error.code.contains(word));
        let (code, retryable) = if error.status == 429 || says(&["Throttl", "TooManyRequests"]) {
            ("THROTTLING", true)
        } else if says(&["LimitExceeded"]) {
            ("RESOURCE_LIMIT_EXCEEDED", true)
        } else if error.status >= 500 {
            // What isn't built will not be there the next time either.
            ("ERROR_FROM_TARGET", error.status != 501)
        } else if says(&["AccessDenied"]) {
            ("NO_PERMISSIONS", false)
        } else if says(&["NotFound", "DoesNotExist", "NonExistent", "NotExists"]) {
            ("NO_RESOURCE", false)
        } else if says(&["Invalid", "Validation"]) {
            ("INVALID_PARAMETER", false)
        } else {
            ("ERROR_FROM_TARGET", false)
        };
        Self { code: code.to_owned(), message: error.message, retryable, retry_after: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(attempts: u32, error: ServiceError) -> Delivery {
        Delivery {
            sequence: 1,
            bus: "b".to_owned(),
            rule: "r".to_owned(),
            target: "t".to_owned(),
            event: "{}".into(),
            forwarded: false,
            accepted_at: Timestamp::from_millis(0),
            attempts,
            failure: Some(error.into()),
        }
    }

    fn fault() -> ServiceError {
        ServiceError::server("ServiceException", "down")
    }

    #[test]
    fn pauses_double_up_to_eight_minutes_and_end_with_the_attempts() {
        let policy = RetryPolicy { attempts: 12, age: Duration::from_secs(86_400) };
        let pause = |attempts| match verdict(&failed(attempts, fault()), policy, Timestamp::from_millis(0), 1.0) {
            Verdict::RetryAt(moment) => Some(moment.as_millis() / 1000),
            Verdict::GiveUp(_) => None,
        };
        assert_eq!((1..=13).filter_map(pause).collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 64, 128, 256, 480, 480, 480]);
        let last = verdict(&failed(13, fault()), policy, Timestamp::from_millis(0), 0.0);
        assert_eq!(last, Verdict::GiveUp(Some("MaximumRetryAttempts")));
    }

    #[test]
    fn the_last_retry_is_at_the_end_of_the_age_and_none_comes_after() {
        let policy = RetryPolicy { attempts: 185, age: Duration::from_secs(60) };
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        assert_eq!(verdict(&failed(10, fault()), policy, at(50), 0.0), Verdict::RetryAt(at(60)));
        let end = verdict(&failed(11, fault()), policy, at(60), 0.0);
        assert_eq!(end, Verdict::GiveUp(Some("MaximumEventAgeInSeconds")));
    }

    #[test]
    fn what_a_retry_cannot_mend_is_given_up_at_once() {
        for (error, code) in [
            (ServiceError::client("ResourceNotFoundException", "no function"), "NO_RESOURCE"),
            (ServiceError::client("StateMachineDoesNotExist", "no machine"), "NO_RESOURCE"),
            (ServiceError::client("QueueDoesNotExist", "no queue"), "NO_RESOURCE"),
            (ServiceError::client("AccessDeniedException", "no"), "NO_PERMISSIONS"),
            (ServiceError::client("InvalidExecutionInput", "no"), "INVALID_PARAMETER"),
            (ServiceError::client("StateMachineDeleting", "no"), "ERROR_FROM_TARGET"),
            (ServiceError::not_built("lambda", "Invoke"), "ERROR_FROM_TARGET"),
        ] {
            let delivery = failed(1, error);
            assert_eq!(delivery.failure.as_ref().map(|failure| failure.code.as_str()), Some(code));
            let verdict = verdict(&delivery, RetryPolicy::default(), Timestamp::from_millis(0), 0.5);
            assert_eq!(verdict, Verdict::GiveUp(None));
        }
        let throttled = ServiceError::client("TooManyRequestsException", "slow down").with_status(429);
        assert!(Failure::from(throttled).retryable);
        assert!(Failure::from(ServiceError::client("ExecutionLimitExceeded", "too many")).retryable);
    }
}
