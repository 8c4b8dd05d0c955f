//! The wires of API Gateway and MediaConvert spell members in lower camel case; their service models, and so every service
//! here, in upper.

use serde_json::{Map, Value};
use service::Api;

/// Members whose value is a map: its keys are the caller's own.
const MAPS: &[&str] =
    &["tags", "stageVariables", "requestParameters", "requestTemplates", "responseParameters", "userMetadata"];

/// Members whose value is a map of structures: its keys are the caller's own, theirs are not.
const MAPS_OF_STRUCTURES: &[&str] = &["audioSelectors", "audioSelectorGroups", "captionSelectors"];

/// Whether an API's wire spells its members so.
pub(super) fn is_lower(api: &Api) -> bool {
    matches!(api.id, "apigateway" | "mediaconvert")
}

/// From the wire's spelling to the model's.
pub(super) fn to_model(members: Map<String, Value>) -> Map<String, Value> {
    respelled(members, |name| name.get(..1).map(|first| first.to_ascii_uppercase() + &name[1..]))
}

/// From the model's spelling to the wire's.
pub(super) fn to_wire(members: Map<String, Value>) -> Map<String, Value> {
    respelled(members, |name| name.get(..1).map(|first| first.to_ascii_lowercase() + &name[1..]))
}

fn respelled(members: Map<String, Value>, spell: fn(&str) -> Option<String>) -> Map<String, Value> {
    let each = members.into_iter().map(|(name, value)| {
        let is_in = |maps: &[&str]| maps.iter().any(|map| map.eq_ignore_ascii_case(&name));
        let value = match value {
            value if is_in(MAPS) => value,
            Value::Object(entries) if is_in(MAPS_OF_STRUCTURES) => {
                Value::Object(entries.into_iter().map(|(key, entry)| (key, respelled_value(entry, spell))).collect())
            }
            value => respelled_value(value, spell),
        };
        (spell(&name).unwrap_or(name), value)
    });
    each.collect()
}

fn respelled_value(value: Value, spell: fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Object(members) => Value::Object(respelled(members, spell)),
        Value::Array(items) => items.into_iter().map(|item| respelled_value(item, spell)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_respelled_but_not_the_callers_keys() {
        let wire = json!({ "corsConfiguration": { "allowOrigins": ["*"] }, "tags": { "costCentre": "a", "Team": "b" }, "audioSelectors": { "sound 1": { "tracks": [1] } } });
        let model = json!({ "CorsConfiguration": { "AllowOrigins": ["*"] }, "Tags": { "costCentre": "a", "Team": "b" }, "AudioSelectors": { "sound 1": { "Tracks": [1] } } });
        let object = |value: &Value| value.as_object().cloned().expect("an object");
        assert_eq!(to_model(object(&wire)), object(&model));
        assert_eq!(to_wire(object(&model)), object(&wire));
    }
}
