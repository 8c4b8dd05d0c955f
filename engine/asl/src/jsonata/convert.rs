//! Values of ours to JSONata's and back.

use std::sync::Arc;

use indexmap::IndexMap;
use jsonata_core::value::JValue;

use crate::json::{Object, Value};

/// Whole numbers beyond are told as floats: 64 bits hold no more.
const MAX_WHOLE: f64 = 9_223_372_036_854_775_807.0;

pub(super) fn from_value(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(value) => JValue::Bool(*value),
        Value::Number(number) => JValue::Number(number.as_f64().unwrap_or_default()),
        Value::String(text) => JValue::string(&**text),
        Value::Array(items) => JValue::array(items.iter().map(from_value).collect()),
        Value::Object(members) => JValue::object(
            members.iter().map(|(name, value)| (name.to_string(), from_value(value))).collect::<IndexMap<_, _>>(),
        ),
    }
}

/// `None` for what JSON has no words for: undefined, functions, regular expressions.
pub(super) fn to_value(value: &JValue) -> Option<Value> {
    Some(match value {
        JValue::Null => Value::Null,
        JValue::Bool(value) => Value::Bool(*value),
        JValue::Number(number) if number.fract() == 0.0 && number.abs() < MAX_WHOLE => Value::from(*number as i64),
        // JSON has no words for these; AWS tells them as texts.
        JValue::Number(number) if number.is_nan() => Value::from("NaN"),
        JValue::Number(number) if number.is_infinite() => {
            Value::from(if number.is_sign_positive() { "Infinity" } else { "-Infinity" })
        }
        JValue::Number(number) => Value::from(*number),
        JValue::String(text) => Value::string(&**text),
        JValue::Array(items) => Value::array(items.iter().filter_map(to_value).collect()),
        JValue::Object(members) => {
            let members: Object =
                members.iter().filter_map(|(name, value)| Some((Arc::from(name.as_str()), to_value(value)?))).collect();
            Value::object(members)
        }
        _ => return None,
    })
}
