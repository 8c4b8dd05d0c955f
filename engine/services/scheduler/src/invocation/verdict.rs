//! What becomes of an invocation that failed: pure, told the time.

use std::time::Duration;

use ::service::ServiceError;
use clock::Timestamp;

use super::{Failure, Invocation};
use crate::target::RetryPolicy;

/// What becomes of an invocation that failed.
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

/// Whether an invocation is too old for a retry; its first attempt is made however late.
pub(super) fn is_too_old(invocation: &Invocation, policy: RetryPolicy, now: Timestamp) -> bool {
    invocation.failure.is_some() && now.since(invocation.invoked_at) >= policy.age
}

pub(super) fn verdict(invocation: &Invocation, policy: RetryPolicy, now: Timestamp) -> Verdict {
    if invocation.failure.as_ref().is_some_and(|failure| !failure.retryable) {
        return Verdict::GiveUp(None);
    }
    if is_too_old(invocation, policy, now) {
        return Verdict::GiveUp(Some("MaximumEventAgeInSeconds"));
    }
    let retries = invocation.attempts.saturating_sub(1);
    if retries >= policy.attempts {
        return Verdict::GiveUp(Some("MaximumRetryAttempts"));
    }
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(retries.min(16))).min(LONGEST_PAUSE);
    // Spread, so that schedules that failed together are not tried again together.
    let (spread, _) = invocation.name().as_u64_pair();
    let share = f64::from(u32::try_from(spread >> 32).unwrap_or_default()) / f64::from(u32::MAX);
    let pause = doubled.mul_f64(0.5 + share / 2.0);
    Verdict::RetryAt(now.plus(pause).min(invocation.invoked_at.plus(policy.age)))
}

impl From<ServiceError> for Failure {
    /// Faults of the service, throttling and limits are worth a retry; another mistake of the caller's is not.
    fn from(error: ServiceError) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| error.code.contains(word));
        let is_busy = error.status == 429 || says(&["Throttl", "TooManyRequests", "LimitExceeded"]);
        // What isn't built will not be there the next time either.
        let retryable = is_busy || (error.is_server_fault() && error.status != 501);
        Self { code: error.code, message: error.message, retryable }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn failed(attempts: u32, error: ServiceError) -> Invocation {
        let moment = Timestamp::from_millis(0);
        Invocation {
            id: 1,
            schedule: 1,
            arn: "arn".to_owned(),
            scheduled_at: moment,
            invoked_at: moment,
            attempts,
            failure: Some(error.into()),
            target: Value::Null,
        }
    }

    fn fault() -> ServiceError {
        ServiceError::server("ServiceException", "down")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_fault_is_retried_until_attempts_or_age_are_used_up() {
        let policy = RetryPolicy { attempts: 2, age: Duration::from_secs(60) };
        assert!(matches!(verdict(&failed(1, fault()), policy, at(0)), Verdict::RetryAt(moment) if moment <= at(1)));
        assert!(matches!(verdict(&failed(2, fault()), policy, at(59)), Verdict::RetryAt(moment) if moment <= at(60)));
        let exhausted = Verdict::GiveUp(Some("MaximumRetryAttempts"));
        assert_eq!(verdict(&failed(3, fault()), policy, at(1)), exhausted);
        assert_eq!(verdict(&failed(2, fault()), policy, at(60)), Verdict::GiveUp(Some("MaximumEventAgeInSeconds")));
    }

    #[test]
    fn what_a_retry_cannot_mend_is_given_up_at_once() {
        let policy = RetryPolicy { attempts: 185, age: Duration::from_secs(86_400) };
        for error in [
            ServiceError::client("ResourceNotFoundException", "no function").with_status(404),
            ServiceError::client("AccessDeniedException", "no"),
            ServiceError::not_built("lambda", "Invoke"),
        ] {
            assert_eq!(verdict(&failed(1, error), policy, at(0)), Verdict::GiveUp(None));
        }
        for error in [
            ServiceError::client("TooManyRequestsException", "slow down").with_status(429),
            ServiceError::client("ExecutionLimitExceeded", "too many"),
        ] {
            assert!(matches!(verdict(&failed(1, error), policy, at(0)), Verdict::RetryAt(_)));
        }
    }
}
