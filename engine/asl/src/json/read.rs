//! JSON text to values.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{Object, Value};

impl Value {
    /// Parses JSON text. Numbers, key order and the last of duplicate keys are kept; nesting is bounded at 128 levels.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// [`Value::parse`] that refuses duplicate keys, as AWS does in definitions.
    pub(crate) fn parse_strictly(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<Read<true>>(text).map(|read| read.0)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Read::<false>::deserialize(deserializer).map(|read| read.0)
    }
}

/// A value read with or without regard to duplicate keys.
struct Read<const STRICTLY: bool>(Value);

impl<'de, const STRICTLY: bool> Deserialize<'de> for Read<STRICTLY> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor::<STRICTLY>).map(Self)
    }
}

struct ValueVisitor<const STRICTLY: bool>;

impl<'de, const STRICTLY: bool> Visitor<'de> for ValueVisitor<STRICTLY> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        // serde reads `-0` as a float; AWS reads it as the integer zero.
        Ok(if value == 0.0 && value.is_sign_negative() { Value::from(0_i64) } else { Value::from(value) })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Read(item)) = sequence.next_element::<Read<STRICTLY>>()? {
            items.push(item);
        }
        Ok(Value::array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Object::new();
        while let Some(name) = map.next_key::<Arc<str>>()? {
            if STRICTLY && members.contains_key(&name) {
                return Err(A::Error::custom(format_args!("Duplicate field '{name}'")));
            }
            let Read(value) = map.next_value::<Read<STRICTLY>>()?;
            members.insert(name, value);
        }
        Ok(Value::object(members))
    }
}
