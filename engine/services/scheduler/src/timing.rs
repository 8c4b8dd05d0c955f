//! When a schedule is due: its expression, time zone, bounds and window. Pure.

use std::time::Duration;

use ::schedule::{Expression, Schedule, Zone};
use ::service::ServiceError;
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The namespace of the offsets within flexible windows.
const OFFSETS: Uuid = Uuid::from_u128(0x1c64_5a53_2d0e_4d6b_8d7e_0f0b_52f5_9a10);

/// What says when a schedule is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timing {
    pub(crate) expression: String,
    pub(crate) zone: String,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    /// How long after its moment an invocation may come.
    pub(crate) window_minutes: Option<u32>,
    /// Since when it is as it is: what a rate without a start is counted from.
    pub(crate) set_at: Timestamp,
}

impl Timing {
    /// The first moment due later than `after`, within the bounds. One-time schedules have none.
    ///
    /// # Errors
    /// AWS's, when expression or time zone are none.
    pub(crate) fn next_after(&self, after: Timestamp) -> Result<Option<Timestamp>, ServiceError> {
        let invalid = |error: &dyn std::fmt::Display| ServiceError::validation(error.to_string());
        let expression = Expression::of_schedule(&self.expression).map_err(|error| invalid(&error))?;
        let zone = Zone::named(&self.zone).map_err(|error| invalid(&error))?;
        let bounds = if expression.is_one_time() { (None, None) } else { (self.start, self.end) };
        let schedule = Schedule::new(expression, zone, self.start.unwrap_or(self.set_at));
        // The start itself is within the bounds.
        let after = bounds.0.map_or(after, |start| after.max(before(start)));
        Ok(schedule.next_after(after).filter(|moment| bounds.1.is_none_or(|end| *moment <= end)))
    }

    /// The first moment due from now on; of a rate without a start that is now.
    pub(crate) fn first(&self) -> Result<Option<Timestamp>, ServiceError> {
        self.next_after(before(self.set_at))
    }

    /// When the invocation of a moment is made: at that moment, or at a place in its window that is always the same for
    /// the same schedule and moment.
    pub(crate) fn invoked_at(&self, arn: &str, moment: Timestamp) -> Timestamp {
        let Some(minutes) = self.window_minutes else { return moment };
        let seed = format!("{arn}\n{}", moment.as_millis());
        let (hash, _) = Uuid::new_v5(&OFFSETS, seed.as_bytes()).as_u64_pair();
        moment.plus(Duration::from_secs(hash % (u64::from(minutes) * 60)))
    }
}

fn before(moment: Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.as_millis().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect("a moment")
    }

    fn timing(expression: &str) -> Timing {
        Timing {
            expression: expression.to_owned(),
            zone: "UTC".to_owned(),
            start: None,
            end: None,
            window_minutes: None,
            set_at: moment("2026-11-21T08:00:30Z"),
        }
    }

    fn all(timing: &Timing) -> Vec<String> {
        let next = |after: &Timestamp| timing.next_after(*after).expect("valid");
        let first = timing.first().expect("valid");
        std::iter::successors(first, next).take(3).map(Timestamp::to_rfc3339_seconds).collect()
    }

    #[test]
    fn a_rate_is_due_at_once_or_at_its_start_and_ends_with_its_end() {
        let rate = timing("rate(1 hour)");
        assert_eq!(all(&rate), ["2026-11-21T08:00:30Z", "2026-11-21T09:00:30Z", "2026-11-21T10:00:30Z"]);
        let start = Some(moment("2026-11-22T00:00:00Z"));
        let bounded = Timing { start, end: Some(moment("2026-11-22T01:00:00Z")), ..rate };
        assert_eq!(all(&bounded), ["2026-11-22T00:00:00Z", "2026-11-22T01:00:00Z"]);
    }

    #[test]
    fn a_cron_schedule_begins_on_or_after_its_start() {
        let start = Some(moment("2026-11-23T10:00:00Z"));
        let cron = Timing { start, ..timing("cron(0 10 * * ? *)") };
        assert_eq!(all(&cron)[..2], ["2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"]);
    }

    #[test]
    fn a_one_time_schedule_has_no_bounds_and_no_past() {
        let start = Some(moment("2026-12-01T00:00:00Z"));
        assert_eq!(all(&Timing { start, ..timing("at(2026-11-21T09:00:00)") }), ["2026-11-21T09:00:00Z"]);
        assert!(all(&timing("at(2026-11-21T08:00:00)")).is_empty());
    }

    #[test]
    fn a_window_spreads_moments_and_always_the_same_way() {
        let open = Timing { window_minutes: Some(15), ..timing("rate(1 hour)") };
        let offsets: Vec<Duration> = (0..50_i64)
            .map(|hour| Timestamp::from_millis(hour * 3_600_000))
            .map(|moment| open.invoked_at("arn", moment).since(moment))
            .collect();
        assert!(offsets.iter().all(|offset| *offset < Duration::from_secs(900)));
        assert!(offsets.iter().any(|offset| *offset != offsets[0]));
        let moment = Timestamp::from_millis(7_200_000);
        assert_eq!(open.invoked_at("arn", moment), open.invoked_at("arn", moment));
        assert_eq!(timing("rate(1 hour)").invoked_at("arn", moment), moment);
    }
}
