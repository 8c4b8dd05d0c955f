//! Timestamps as the language takes them: RFC 3339 with a capital `T` and a capital `Z` or an offset.

use clock::Timestamp;

/// Nanoseconds since the epoch; `None` when the text is no timestamp.
pub(crate) fn nanoseconds(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    if bytes.get(10) != Some(&b'T') || text.contains('z') {
        return None;
    }
    let (seconds_part, rest) = text.split_at_checked(19)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let digits = rest.find(|character: char| !character.is_ascii_digit())?;
            (&rest[..digits], &rest[digits..])
        }
        None => ("", rest),
    };
    if rest.starts_with('.') && (fraction.is_empty() || fraction.len() > 9) {
        return None;
    }
    if zone != "Z" && !is_offset(zone) {
        return None;
    }
    let whole = Timestamp::parse_rfc3339(&format!("{seconds_part}{zone}"))?;
    let nanoseconds: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(i128::from(whole.as_millis()) * 1_000_000 + nanoseconds)
}

/// The moment, to the millisecond, rounded down.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let milliseconds = nanoseconds(text)?.div_euclid(1_000_000);
    i64::try_from(milliseconds).ok().map(Timestamp::from_millis)
}

fn is_offset(zone: &str) -> bool {
    let bytes = zone.as_bytes();
    bytes.len() == 6
        && matches!(bytes[0], b'+' | b'-')
        && bytes[3] == b':'
        && [1, 2, 4, 5].iter().all(|position| bytes[*position].is_ascii_digit())
}
