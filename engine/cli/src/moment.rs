//! A moment as a person writes it: a date and time, or how long ago.

use std::str::FromStr;
use std::time::Duration;

use clock::Timestamp;

/// A moment as a person writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A date and time.
    At(Timestamp),
    /// So long before now.
    Ago(Duration),
}

impl Moment {
    /// The moment, given the present one.
    pub fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::Ago(duration) => {
                Timestamp::from_millis(now.as_millis() - i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
            }
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(moment) = Timestamp::parse_rfc3339(text) {
            return Ok(Self::At(moment));
        }
        let ago = || {
            let unit = text.chars().last()?;
            let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                _ => return None,
            };
            Some(Self::Ago(Duration::from_secs(number.checked_mul(seconds)?)))
        };
        ago().ok_or_else(|| {
            "give a moment such as 2026-11-21T08:00:00Z, or how long ago, such as 90s, 15m, 2h, 3d".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_date_or_a_time_ago() {
        let now = Timestamp::parse_rfc3339("2026-11-21T08:00:00Z").expect("valid");
        let resolve = |text: &str| text.parse::<Moment>().map(|moment| moment.resolve(now).to_rfc3339_seconds());
        assert_eq!(resolve("2h"), Ok("2026-11-21T06:00:00Z".to_owned()));
        assert_eq!(resolve("2026-01-01T00:00:00+01:00"), Ok("2025-12-31T23:00:00Z".to_owned()));
        for bad in ["", "h", "-1h", "tomorrow", "1.5h", "99999999999999999999d", "ü"] {
            assert!(resolve(bad).is_err(), "{bad}");
        }
    }
}
