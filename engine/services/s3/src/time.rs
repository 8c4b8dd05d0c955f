//! Moments between the engine's clock, `s3s` and HTTP.

use std::time::{Duration, UNIX_EPOCH};

use clock::Timestamp;
use s3s::dto::TimestampFormat;

pub(crate) fn from_seconds(seconds: f64) -> Timestamp {
    Timestamp::from_epoch_seconds(seconds)
}

pub(crate) fn from_rfc3339(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text)
}

/// `Sat, 21 Nov 2026 12:00:00 GMT`
pub(crate) fn http_date(moment: Timestamp) -> String {
    let mut bytes = Vec::new();
    // A moment that has no such spelling (beyond the year 9999) leaves the text empty.
    let _ = to_dto(moment).format(TimestampFormat::HttpDate, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn from_http_date(text: &str) -> Option<Timestamp> {
    s3s::dto::Timestamp::parse(TimestampFormat::HttpDate, text).ok().map(|moment| from_dto(&moment))
}

pub(crate) fn to_dto(moment: Timestamp) -> s3s::dto::Timestamp {
    let millis = u64::try_from(moment.as_millis()).unwrap_or_default();
    s3s::dto::Timestamp::from(UNIX_EPOCH + Duration::from_millis(millis))
}

/// To the second, as HTTP has it.
pub(crate) fn to_dto_seconds(moment: Timestamp) -> s3s::dto::Timestamp {
    let millis = u64::try_from(moment.as_millis()).unwrap_or_default();
    s3s::dto::Timestamp::from(UNIX_EPOCH + Duration::from_secs(millis / 1000))
}

pub(crate) fn from_dto(moment: &s3s::dto::Timestamp) -> Timestamp {
    let mut bytes = Vec::new();
    let _ = moment.format(TimestampFormat::EpochSeconds, &mut bytes);
    let seconds = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    Timestamp::from_epoch_seconds(seconds)
}
