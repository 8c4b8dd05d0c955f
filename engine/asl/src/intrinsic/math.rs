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
    match (first.as_i64(), second.as_i64()) {
        (Some(first), Some(second)) => {
            first.checked_add(second).map(Value::from).ok_or_else(|| "The sum is too large".to_owned())
        }
        _ => match (first.as_f64(), second.as_f64()) {
            (Some(first), Some(second)) => Ok(Value::from(first.round() as i64 + second.round() as i64)),
            _ => Err("The arguments must be numbers".to_owned()),
        },
    }
}
