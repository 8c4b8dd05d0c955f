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

/// The moment that a Wait is to last to, to the millisecond, rounded down. Small letters do here, and no seconds.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let mut spelled = text.to_ascii_uppercase();
    if spelled.is_char_boundary(16) && !spelled[16.min(spelled.len())..].starts_with(':') {
        spelled.insert_str(16.min(spelled.len()), ":00");
    }
    let milliseconds = nanoseconds(&spelled)?.div_euclid(1_000_000);
    i64::try_from(milliseconds).ok().map(Timestamp::from_millis)
}

fn is_offset(zone: &str) -> bool {
    let bytes = zone.as_bytes();
    bytes.len() == 6
        && matches!(bytes[0], b'+' | b'-')
        && bytes[3] == b':'
        && [1, 2, 4, 5].iter().all(|position| bytes[*position].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_takes_what_a_comparison_does_not() {
        let moment = parse("2016-12-05T21:29:00Z");
        assert!(moment.is_some());
        for text in ["2016-12-05T21:29Z", "2016-12-05t21:29:00z", "2016-12-05T22:29+01:00", "2016-12-05T21:29:00.0Z"] {
            assert_eq!(parse(text), moment, "{text}");
        }
        for text in ["", "2016-12-05", "2016-12-05T21:29:00", "2016-12-05 21:29:00Z", "2016-12-05T21Z", "€€€€€€€"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(nanoseconds("2016-12-05T21:29Z"), None);
        assert_eq!(nanoseconds("2016-12-05t21:29:00z"), None);
    }
}
