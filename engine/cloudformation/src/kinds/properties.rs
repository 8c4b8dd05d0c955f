//! From a template's spelling of a value to an API's.

use serde_json::{Map, Value, json};

/// Tags as a map (`{"team": "x"}`) of a list (`[{"Key", "Value"}]`) or a map.
pub(super) fn tag_map(tags: Option<&Value>) -> Map<String, Value> {
    match tags {
        Some(Value::Object(tags)) => tags.clone(),
        Some(Value::Array(tags)) => {
            let pair = |tag: &Value| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()));
            tags.iter().filter_map(pair).collect()
        }
        _ => Map::new(),
    }
}

/// Tags as a list of pairs under the names that an API gives key and value.
pub(super) fn tag_list(tags: Option<&Value>, key: &str, value: &str) -> Value {
    tag_map(tags).into_iter().map(|(name, text)| json!({ key: name, value: text })).collect()
}

/// The keys of tags that are no longer there.
pub(super) fn removed_tags(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let after = tag_map(after);
    tag_map(before).into_iter().map(|(name, _)| name).filter(|name| !after.contains_key(name)).collect()
}

/// A value that an API takes as JSON text: templates may hold the value itself.
pub(super) fn json_text(value: &Value) -> Value {
    match value {
        Value::String(text) => text.as_str().into(),
        other => other.to_string().into(),
    }
}

/// The same value with the first letter of each member's name in lower case, as Step Functions spells them.
pub(super) fn lower_first(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let mut letters = name.chars();
                let first = letters.next().map(|letter| letter.to_ascii_lowercase());
                (first.into_iter().chain(letters).collect::<String>(), lower_first(value))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(lower_first).collect(),
        other => other.clone(),
    }
}

/// A number or truth value that a template may hold as text, in place of the text.
pub(super) fn typed(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            text => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        },
        other => other.clone(),
    }
}

/// The members with [`typed`] values for these names.
pub(super) fn with_typed(mut members: Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    for name in names {
        if let Some(value) = members.get_mut(*name) {
            *value = typed(value);
        }
    }
    members
}
/// An ARN without the id behind its name, as policies name it.
pub(super) fn without_id(arn: &Value) -> Value {
    arn.as_str().map(|arn| arn.rsplit_once('/').map_or(arn, |(named, _)| named)).into()
}
