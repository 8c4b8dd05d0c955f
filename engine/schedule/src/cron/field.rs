//! A field of a cron expression and the values it names.

use std::collections::BTreeSet;

/// Which values a field can have, and their names.
pub(super) struct Field {
    least: i16,
    most: i16,
    /// Names of the values from `least` on.
    names: &'static [&'static str],
}

/// The values that a field names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Values(BTreeSet<i16>);

impl Values {
    pub(super) fn has(&self, value: i16) -> bool {
        self.0.contains(&value)
    }

    pub(super) fn last(&self) -> i16 {
        self.0.last().copied().unwrap_or_default()
    }
}

impl Field {
    pub(super) const MINUTE: Self = Self { least: 0, most: 59, names: &[] };
    pub(super) const HOUR: Self = Self { least: 0, most: 23, names: &[] };
    pub(super) const DAY_OF_MONTH: Self = Self { least: 1, most: 31, names: &[] };
    pub(super) const MONTH: Self = Self {
        least: 1,
        most: 12,
        names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    };
    pub(super) const DAY_OF_WEEK: Self =
        Self { least: 1, most: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };
    pub(super) const YEAR: Self = Self { least: 1970, most: 2199, names: &[] };

    /// Reads a list of `*`, values, ranges and increments; `None` when it isn't one.
    pub(super) fn parse(&self, text: &str) -> Option<Values> {
        let mut values = BTreeSet::new();
        for item in text.split(',') {
            self.item(item, &mut values)?;
        }
        Some(Values(values))
    }

    /// Reads one value: a number or a name.
    pub(super) fn value(&self, text: &str) -> Option<i16> {
        if let Some(place) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Some(self.least + i16::try_from(place).ok()?);
        }
        let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        let value: i16 = is_number.then(|| text.parse().ok())??;
        (self.least..=self.most).contains(&value).then_some(value)
    }

    fn item(&self, text: &str, values: &mut BTreeSet<i16>) -> Option<()> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (text, None),
        };
        let is_open = step.is_some();
        let step: usize = match step {
            None => 1,
            Some(step) => step.bytes().all(|digit| digit.is_ascii_digit()).then(|| step.parse().ok())??,
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.least, self.most),
            Some((first, last)) => (self.value(first)?, self.value(last)?),
            // An increment goes on to the end; a value stands alone.
            None => (self.value(range)?, if is_open { self.most } else { self.value(range)? }),
        };
        if step == 0 || (first > last && self.most == Self::YEAR.most) {
            return None;
        }
        // `FRI-MON` and `22-2` wrap round.
        let count = self.most - self.least + 1;
        let last = if first > last { last + count } else { last };
        values.extend((first..=last).step_by(step).map(|value| if value > self.most { value - count } else { value }));
        Some(())
    }
}
