//! From a moment to the next one that is due.

use std::time::Duration;

use clock::Timestamp;

use crate::expression::Kind;
use crate::{Expression, Zone};

/// An expression in a time zone, counted from a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    expression: Expression,
    zone: Zone,
    counted_from: Timestamp,
}

impl Schedule {
    /// A schedule of `expression` in `zone`. A rate is due at `counted_from` and then in its steps: always of the same
    /// length, so a day is 24 hours also when clocks are changed. The other expressions don't ask for it.
    pub fn new(expression: Expression, zone: Zone, counted_from: Timestamp) -> Self {
        Self { expression, zone, counted_from }
    }

    /// The first moment later than `after` at which something is due; `None` when there is none any more.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match &self.expression.0 {
            Kind::Rate(step) => next_step(*step, self.counted_from, after),
            Kind::Cron(cron) => {
                let mut moments = cron.local_times(self.zone.local(after)?).filter_map(|local| self.zone.moment(local));
                moments.find(|moment| *moment > after)
            }
            Kind::At(local) => self.zone.moment_or_later(*local).filter(|moment| *moment > after),
        }
    }
}

fn next_step(step: Duration, from: Timestamp, after: Timestamp) -> Option<Timestamp> {
    if after < from {
        return Some(from);
    }
    let step = i64::try_from(step.as_millis()).ok()?;
    let steps = (after.as_millis() - from.as_millis()) / step + 1;
    Some(Timestamp::from_millis(steps.checked_mul(step)?.checked_add(from.as_millis())?))
}
