//! AWS's dialect of cron: six fields, of which the last is the year, with `L`, `W`, `#` and `?`.
//!
//! It is that of the Quartz scheduler without the seconds, so what AWS's page leaves open (ranges that wrap round, `LW`)
//! follows Quartz. Crates of cron parsers have other dialects: days of the week from 0, no year, no `W`, no `?`.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions>

mod days;
mod field;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use days::Days;
use field::{Field, Values};

/// A cron expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cron {
    minutes: Values,
    hours: Values,
    days: Days,
    months: Values,
    years: Values,
}

impl Cron {
    /// Reads the six fields; `None` when AWS would refuse them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split_whitespace();
        let mut next = || fields.next();
        let (minutes, hours, days_of_month) = (next()?, next()?, next()?);
        let (months, days_of_week, years) = (next()?, next()?, next()?);
        if next().is_some() {
            return None;
        }
        Some(Self {
            minutes: Field::MINUTE.parse(minutes)?,
            hours: Field::HOUR.parse(hours)?,
            days: Days::parse(days_of_month, days_of_week)?,
            months: Field::MONTH.parse(months)?,
            years: Field::YEAR.parse(years)?,
        })
    }

    /// The local times that it names, in order, from `start`'s minute on.
    pub(crate) fn local_times(&self, start: DateTime) -> impl Iterator<Item = DateTime> {
        let first_month = start.date().first_of_month();
        let end = self.years.last();
        std::iter::successors(Some(first_month), |month| month.checked_add(1.month()).ok())
            .take_while(move |month| month.year() <= end)
            .filter(|month| self.years.has(month.year()) && self.months.has(i16::from(month.month())))
            .flat_map(|month| self.days_of(month))
            .filter(move |day| *day >= start.date())
            .flat_map(|day| self.times_of(day))
            .filter(move |time| *time >= start.with().second(0).subsec_nanosecond(0).build().unwrap_or(start))
    }

    fn days_of(&self, month: Date) -> impl Iterator<Item = Date> {
        let days = std::iter::successors(Some(month), |day| day.tomorrow().ok());
        days.take(usize::from(month.days_in_month().unsigned_abs())).filter(|day| self.days.has(*day))
    }

    fn times_of(&self, day: Date) -> impl Iterator<Item = DateTime> {
        let hours = (0_i8..24).filter(|hour| self.hours.has(i16::from(*hour)));
        hours.flat_map(move |hour| {
            let minutes = (0_i8..60).filter(|minute| self.minutes.has(i16::from(*minute)));
            minutes.map(move |minute| day.at(hour, minute, 0, 0))
        })
    }
}
