//! The two fields for days, exactly one of which is `?`.

use jiff::civil::{Date, Weekday};

use super::field::{Field, Values};

/// On which days something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Days {
    /// `1,15`: these days of the month.
    OfMonth(Values),
    /// `L`: the last day of the month.
    Last,
    /// `LW`: its last day from Monday to Friday.
    LastWorkday,
    /// `15W`: the day from Monday to Friday that is nearest to this day, in the same month.
    WorkdayNear(i16),
    /// `MON-FRI`: these days of the week, from 1 for Sunday.
    OfWeek(Values),
    /// `6L`: the last such day of the week in the month.
    LastOfWeek(i16),
    /// `6#3`: the third such day of the week in the month.
    NthOfWeek(i16, i8),
}

impl Days {
    pub(super) fn parse(of_month: &str, of_week: &str) -> Option<Self> {
        match (of_month, of_week) {
            ("?", "?") => None,
            (of_month, "?") => Self::of_month(of_month),
            ("?", of_week) => Self::of_week(of_week),
            _ => None,
        }
    }

    fn of_month(text: &str) -> Option<Self> {
        match text {
            "L" => Some(Self::Last),
            "LW" => Some(Self::LastWorkday),
            text => match text.strip_suffix('W') {
                Some(day) => Field::DAY_OF_MONTH.value(day).map(Self::WorkdayNear),
                None => Field::DAY_OF_MONTH.parse(text).map(Self::OfMonth),
            },
        }
    }

    fn of_week(text: &str) -> Option<Self> {
        if let Some((day, number)) = text.split_once('#') {
            let number: i8 = number.parse().ok().filter(|number| (1..=5).contains(number))?;
            return Field::DAY_OF_WEEK.value(day).map(|day| Self::NthOfWeek(day, number));
        }
        match text.strip_suffix('L') {
            // The last day of the week.
            Some("") => Field::DAY_OF_WEEK.parse("SAT").map(Self::OfWeek),
            Some(day) => Field::DAY_OF_WEEK.value(day).map(Self::LastOfWeek),
            None => Field::DAY_OF_WEEK.parse(text).map(Self::OfWeek),
        }
    }

    pub(super) fn has(&self, date: Date) -> bool {
        let (day, last) = (date.day(), date.days_in_month());
        let of_week = i16::from(date.weekday().to_sunday_one_offset());
        match self {
            Self::OfMonth(days) => days.has(i16::from(day)),
            Self::Last => day == last,
            Self::LastWorkday => last_workday(date) == day,
            Self::WorkdayNear(near) => workday_near(date, *near) == Some(day),
            Self::OfWeek(days) => days.has(of_week),
            Self::LastOfWeek(wanted) => of_week == *wanted && day + 7 > last,
            Self::NthOfWeek(wanted, number) => of_week == *wanted && (day - 1) / 7 + 1 == *number,
        }
    }
}

/// The last day from Monday to Friday in the month of `date`.
fn last_workday(date: Date) -> i8 {
    let end = date.last_of_month();
    match end.weekday() {
        Weekday::Saturday => end.day() - 1,
        Weekday::Sunday => end.day() - 2,
        _ => end.day(),
    }
}

/// The day from Monday to Friday that is nearest to the day `near` in the month of `date`; none when the month is shorter.
fn workday_near(date: Date, near: i16) -> Option<i8> {
    let near = i8::try_from(near).ok().filter(|near| *near <= date.days_in_month())?;
    let wanted = date.with().day(near).build().ok()?;
    Some(match wanted.weekday() {
        Weekday::Saturday if near == 1 => 3,
        Weekday::Saturday => near - 1,
        Weekday::Sunday if near == date.days_in_month() => near - 2,
        Weekday::Sunday => near + 1,
        _ => near,
    })
}
