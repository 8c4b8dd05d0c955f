//! Filter policies: which messages a subscription takes.
//!
//! The language is that of EventBridge patterns without `wildcard`, over the message's attributes or its body.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>

use event_pattern::{Event, Pattern};
use serde_json::{Map, Number, Value};

use crate::message::{Attribute, Attributes};

const MAX_KEYS: usize = 5;
const MAX_COMBINATIONS: usize = 150;

/// What a filter policy looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FilterScope {
    #[default]
    MessageAttributes,
    MessageBody,
}

impl FilterScope {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "MessageAttributes" => Some(Self::MessageAttributes),
            "MessageBody" => Some(Self::MessageBody),
            _ => None,
        }
    }
}

/// A compiled filter policy.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pattern: Pattern,
    scope: FilterScope,
}

impl Filter {
    /// Compiles a policy; none when it is empty, which takes every message.
    ///
    /// # Errors
    /// AWS's text of what is wrong with it.
    pub(crate) fn parse(text: &str, scope: FilterScope) -> Result<Option<Self>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        let policy: Map<String, Value> =
            serde_json::from_str(text).map_err(|failure| format!("FilterPolicy: failed to parse JSON. {failure}"))?;
        if policy.is_empty() {
            return Ok(None);
        }
        if policy.len() > MAX_KEYS {
            return Err("FilterPolicy: Filter policy can not have more than 5 keys".to_owned());
        }
        if scope == FilterScope::MessageAttributes && policy.values().any(Value::is_object) {
            return Err("Filter policy scope MessageAttributes does not support nested filter policy".to_owned());
        }
        if policy.values().any(has_wildcard) {
            return Err("FilterPolicy: Unrecognized match type wildcard".to_owned());
        }
        if combinations(&policy, 1) > MAX_COMBINATIONS {
            return Err("FilterPolicy: Filter policy is too complex".to_owned());
        }
        match Pattern::parse(text) {
            Ok(pattern) => Ok(Some(Self { pattern, scope })),
            Err(failure) => Err(format!("FilterPolicy: {}", failure.reason())),
        }
    }

    /// Whether a message with these attributes and this body is taken.
    pub(crate) fn takes(&self, attributes: &Attributes, body: &str) -> bool {
        let event = match self.scope {
            FilterScope::MessageAttributes => Event::from_value(&Value::Object(comparable(attributes))),
            FilterScope::MessageBody => Event::parse(body),
        };
        // A body that is no JSON object has no properties to match.
        event.is_ok_and(|event| self.pattern.matches(&event))
    }
}

/// Attributes as filter policies compare them; binary ones are left out.
fn comparable(attributes: &Attributes) -> Map<String, Value> {
    let pairs = attributes.iter().filter_map(|(name, attribute)| Some((name.clone(), value_of(attribute)?)));
    pairs.collect()
}

fn value_of(attribute: &Attribute) -> Option<Value> {
    let text = attribute.string_value.as_deref()?;
    let number = || text.parse::<Number>().ok().or_else(|| Number::from_f64(text.parse().ok()?));
    match attribute.kind() {
        "Number" => Some(number().map_or_else(|| text.into(), Value::Number)),
        "String" if attribute.data_type == "String.Array" => {
            Some(serde_json::from_str(text).ok().filter(Value::is_array).unwrap_or_else(|| text.into()))
        }
        "String" => Some(text.into()),
        _ => None,
    }
}

fn has_wildcard(condition: &Value) -> bool {
    match condition {
        Value::Array(items) => items.iter().any(has_wildcard),
        // A property may be called so too: then its value is an array.
        Value::Object(members) => {
            members.iter().any(|(name, value)| (name == "wildcard" && value.is_string()) || has_wildcard(value))
        }
        _ => false,
    }
}

/// How many combinations of values there are to look at: the numbers of values of all properties, each times its depth.
fn combinations(policy: &Map<String, Value>, depth: usize) -> usize {
    policy.iter().fold(1_usize, |total, (name, value)| {
        let here = match value {
            Value::Object(inner) => combinations(inner, depth + 1),
            Value::Array(ways) if name == "$or" => {
                ways.iter().filter_map(Value::as_object).map(|way| combinations(way, depth)).sum()
            }
            Value::Array(values) => values.len().max(1) * depth,
            _ => 1,
        };
        total.saturating_mul(here)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attributes(value: Value) -> Attributes {
        serde_json::from_value(value).expect("valid")
    }

    fn filter(policy: Value, scope: FilterScope) -> Filter {
        Filter::parse(&policy.to_string(), scope).expect("valid").expect("not empty")
    }

    #[test]
    fn attributes_are_compared_by_their_type() {
        let sent = attributes(json!({
            "price": {"DataType": "Number", "StringValue": "99.12"},
            "store": {"DataType": "String", "StringValue": "example_corp"},
            "tags": {"DataType": "String.Array", "StringValue": "[\"rugby\", \"baseball\", 5, null]"},
            "blob": {"DataType": "Binary", "BinaryValue": "AgME"},
        }));
        let takes = |policy| filter(policy, FilterScope::MessageAttributes).takes(&sent, "");
        for policy in [
            json!({"price": [{"numeric": [">", 0, "<=", 100]}]}),
            json!({"price": [99.12], "store": [{"prefix": "example"}]}),
            json!({"tags": ["baseball"]}),
            json!({"tags": [5]}),
            json!({"tags": [{"anything-but": ["rugby"]}]}),
            json!({"absent": [{"exists": false}]}),
            json!({"blob": [{"exists": false}]}),
            json!({"$or": [{"store": ["other"]}, {"price": [99.12]}]}),
        ] {
            assert!(takes(policy.clone()), "{policy}");
        }
        for policy in [
            json!({"price": ["99.12"]}),
            json!({"store": ["Example_corp"]}),
            json!({"absent": [{"exists": true}]}),
            json!({"store": ["example_corp"], "price": [1]}),
        ] {
            assert!(!takes(policy.clone()), "{policy}");
        }
    }

    #[test]
    fn a_body_is_matched_when_it_is_an_object() {
        let filter = filter(json!({"order": {"state": ["open"]}}), FilterScope::MessageBody);
        assert!(filter.takes(&Attributes::new(), r#"{"order": {"state": "open", "n": 1}}"#));
        assert!(!filter.takes(&Attributes::new(), r#"{"state": "open"}"#));
        assert!(!filter.takes(&Attributes::new(), "open"));
    }

    #[test]
    fn a_policy_that_is_none_is_refused_with_its_reason() {
        use FilterScope::{MessageAttributes, MessageBody};
        let reason = |text: &str, scope| Filter::parse(text, scope).err().unwrap_or_default();
        assert!(reason("{x", MessageBody).starts_with("FilterPolicy: failed to parse JSON."));
        assert_eq!(
            reason(r#"{"a": {"b": ["c"]}}"#, MessageAttributes),
            "Filter policy scope MessageAttributes does not support nested filter policy"
        );
        assert_eq!(reason(r#"{"a": "b"}"#, MessageBody), "FilterPolicy: \"a\" must be an object or an array");
        assert_eq!(
            reason(r#"{"a": [{"wildcard": "x*"}]}"#, MessageBody),
            "FilterPolicy: Unrecognized match type wildcard"
        );
        let many: Map<String, Value> = (0..6).map(|n| (n.to_string(), json!([1]))).collect();
        assert_eq!(
            reason(&Value::Object(many).to_string(), MessageBody),
            "FilterPolicy: Filter policy can not have more than 5 keys"
        );
        // 3 x 4 x 2 x 3 x 1 x 3 = 216
        let deep = r#"{"a": {"b": {"c": [1, 2, 3, 4]}}, "d": {"e": [1, 2, 3]}, "f": [1, 2, 3]}"#;
        assert_eq!(reason(deep, MessageBody), "FilterPolicy: Filter policy is too complex");
        assert!(Filter::parse("{}", MessageBody).expect("valid").is_none());
    }
}
