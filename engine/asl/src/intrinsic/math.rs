//! The functions on numbers.

use crate::json::Value;

/// `start` inclusive, `end` exclusive.
pub(super) fn random(start: &Value, end: &Value, unit: f64) -> Result<Value, String> {
    let bound = |value: &Value| value.as_f64().map(f64::round).ok_or("The bounds must be numbers");
    let (start, end) = (bound(start)?, bound(end)?);
    if start >= end {
        return Err("The start must be less than the end".to_owned());
    }
    Ok(Value::from((start + (unit * (end - start)).floor()) as i64))
}

/// Integers add as integers; others are rounded first, as AWS does.
pub(super) fn add(first: &Value, second: &Value) -> Result<Value, String> {
    let whole = |value: &Value| value.as_i64().or_else(|| value.as_f64().map(|number| number.round() as i64));
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
}
