//! The functions on arrays.

use super::math::rounded;
use crate::json::Value;

/// AWS's bound on what `States.ArrayRange` makes.
const MAX_RANGE: usize = 1000;

pub(super) fn items(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().map(|items| &**items).ok_or_else(|| "The argument must be an array".to_owned())
}

pub(super) fn partition(array: &Value, size: &Value) -> Result<Value, String> {
    let size = size.as_f64().map(rounded).filter(|size| *size > 0);
    let size = size.and_then(|size| usize::try_from(size).ok()).ok_or("The chunk size must be a positive integer")?;
    Ok(Value::array(items(array)?.chunks(size).map(|chunk| Value::array(chunk.to_vec())).collect()))
}

pub(super) fn contains(array: &Value, item: &Value) -> Result<Value, String> {
    Ok(Value::Bool(items(array)?.iter().any(|candidate| same(candidate, item))))
}

pub(super) fn get(array: &Value, index: &Value) -> Result<Value, String> {
    let index = index.as_i64().ok_or("The index must be an integer")?;
    let item = usize::try_from(index).ok().and_then(|index| items(array).ok()?.get(index).cloned());
    items(array)?;
    item.ok_or_else(|| "The index is out of bounds".to_owned())
}

pub(super) fn unique(array: &Value) -> Result<Value, String> {
    let mut seen = std::collections::HashSet::new();
    let distinct = items(array)?.iter().filter(|item| seen.insert(item.to_text())).cloned().collect();
    Ok(Value::array(distinct))
}

pub(super) fn range(first: &Value, last: &Value, step: &Value) -> Result<Value, String> {
    let integer = |value: &Value| value.as_f64().map(rounded).ok_or("The arguments must be integers");
    let (first, last, step) = (integer(first)?, integer(last)?, integer(step)?);
    if step == 0 {
        return Err("The step must not be zero".to_owned());
    }
    let mut numbers = Vec::new();
    let mut next = first;
    while (step > 0 && next <= last) || (step < 0 && next >= last) {
        if numbers.len() == MAX_RANGE {
            return Err(format!("The range must not have more than {MAX_RANGE} items"));
        }
        numbers.push(Value::from(next));
        match next.checked_add(step) {
            Some(number) => next = number,
            None => break,
        }
    }
    Ok(Value::array(numbers))
}

/// Equality of JSON, in which 1 and 1.0 are one.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}
