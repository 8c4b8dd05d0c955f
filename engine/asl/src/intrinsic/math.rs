//! The functions on numbers.

use crate::json::Value;

/// The nearest integer, the larger of two, as Java rounds.
pub(super) fn rounded(number: f64) -> i64 {
    (number + 0.5).floor() as i64
}

/// `start` inclusive, `end` exclusive.
pub(super) fn random(start: &Value, end: &Value, unit: f64) -> Result<Value, String> {
    let bound = |value: &Value| value.as_f64().map(|number| (number + 0.5).floor()).ok_or("The bounds must be numbers");
    let (start, end) = (bound(start)?, bound(end)?);
    if start >= end {
        return Err("The start must be less than the end".to_owned());
    }
    Ok(Value::from((start + (unit * (end - start)).floor()) as i64))
}

/// Integers add as integers; others are rounded first, as AWS does.
pub(super) fn add(first: &Value, second: &Value) -> Result<Value, String> {
    let whole = |value: &Value| value.as_i64().or_else(|| value.as_f64().map(rounded));
    let (first, second) = whole(first).zip(whole(second)).ok_or("The arguments must be numbers")?;
    first.checked_add(second).map(Value::from).ok_or_else(|| "The sum is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_beyond_the_integers_are_refused() {
        let huge = Value::from(1.5e22);
        assert_eq!(add(&Value::from(10_i64), &huge).expect_err("beyond 64 bits"), "The sum is too large");
        assert_eq!(add(&Value::from(1.4), &Value::from(-2_i64)).map(|sum| sum.as_i64()), Ok(Some(-1)));
    }

    #[test]
    fn halves_are_rounded_up() {
        for (number, whole) in [(1.5, 2), (-1.5, -1), (-0.5, 0), (2.4, 2), (-2.6, -3)] {
            assert_eq!(
                add(&Value::from(number), &Value::from(0_i64)).map(|sum| sum.as_i64()),
                Ok(Some(whole)),
                "{number}"
            );
        }
    }
}
