//! A moment as event details and items carry it: RFC 3339, UTC, three digits of fraction.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment with a resolution of a millisecond. Its text, `2026-11-21T08:00:00.123Z`, sorts as the moments do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text that isn't a moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 date and time with an offset, such as 2026-11-21T08:00:00Z: {0:?}")]
pub struct InvalidTimestamp(pub String);

impl Timestamp {
    /// The moment `milliseconds` after 1970-01-01T00:00:00Z; `None` outside the years -9999 to 9999.
    pub fn from_millis(milliseconds: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(milliseconds).ok().map(Self)
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z, as stream records carry it; `None` out of range.
    pub fn from_epoch_seconds(seconds: f64) -> Option<Self> {
        let milliseconds = (seconds * 1000.0).round();
        milliseconds.is_finite().then(|| Self::from_millis(milliseconds as i64)).flatten()
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, as DynamoDB's time to live wants it.
    pub fn as_epoch_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// The hour it falls in, `2026-11-21T08`.
    pub fn hour(self) -> String {
        self.0.strftime("%Y-%m-%dT%H").to_string()
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let parsed: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp(text.to_owned()))?;
        Self::from_millis(parsed.as_millisecond()).ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"), formatter)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "RFC 3339 in UTC",
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$",
        })
    }
}

/// The `time` of an envelope, which EventBridge writes without a fraction.
pub(crate) mod seconds {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Timestamp;

    pub(crate) fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&moment.0.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_any_offset_becomes_utc_with_milliseconds() {
        let moment: Timestamp = "2026-11-21T10:00:00.1239+02:00".parse().expect("valid");
        assert_eq!(moment.to_string(), "2026-11-21T08:00:00.123Z");
        assert_eq!(moment.hour(), "2026-11-21T08");
    }

    #[test]
    fn a_date_without_time_or_offset_is_refused_with_the_text_in_the_message() {
        let error = "2026-11-21".parse::<Timestamp>().expect_err("no time");
        assert!(error.to_string().ends_with("\"2026-11-21\""), "{error}");
    }
}
