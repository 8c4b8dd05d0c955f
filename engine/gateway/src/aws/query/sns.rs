//! SNS's query protocol: maps are lists of `entry`, lists have a `member` each.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/CommonParameters.html>

use serde_json::{Map, Value, json};

/// Members that are lists, which a request spells as an empty text when they have no members.
const LISTS: &[&str] = &["AWSAccountId", "ActionName", "PublishBatchRequestEntries", "TagKeys", "Tags"];

/// Members that are maps, and what key and value of their entries are called.
const MAPS: &[(&str, &str, &str)] =
    &[("Attributes", "key", "value"), ("attributes", "key", "value"), ("MessageAttributes", "Name", "Value")];

/// Operations whose answer has a result though it has no members: clients that follow the service model want it.
const EMPTY_RESULTS: &[&str] = &["TagResource", "UntagResource"];

/// The input of an operation in the shape of the service model.
pub(super) fn input(fields: Map<String, Value>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| member(name, value)).collect())
}

fn member(name: String, value: Value) -> (String, Value) {
    if let Some((_, key, content)) = MAPS.iter().find(|(map, ..)| *map == name) {
        return (name, Value::Object(entries(value, key, content)));
    }
    if LISTS.contains(&name.as_str()) {
        let members = match value {
            Value::Array(members) => members,
            _ => Vec::new(),
        };
        let members = members.into_iter().map(|item| match item {
            Value::Object(fields) => input(fields),
            other => other,
        });
        return (name, members.collect());
    }
    (name, value)
}

fn entries(mut map: Value, key: &str, content: &str) -> Map<String, Value> {
    let entries = match map.get_mut("entry").map(Value::take) {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    };
    let pairs = entries.into_iter().filter_map(|mut entry| {
        let name = entry.get(key)?.as_str()?.to_owned();
        Some((name, entry.get_mut(content).map(Value::take).unwrap_or_else(|| "".into())))
    });
    pairs.collect()
}

/// The result in an operation's answer, with lists and maps as the protocol spells them; none for those without one.
pub(super) fn output(action: &str, output: Value) -> Option<Value> {
    if EMPTY_RESULTS.contains(&action) {
        return Some(json!({}));
    }
    super::with_members(output).map(spelled)
}

fn spelled(value: Value) -> Value {
    match value {
        Value::Array(items) => json!({ "member": items.into_iter().map(spelled).collect::<Vec<_>>() }),
        Value::Object(members) => {
            let members =
                members.into_iter().map(|(name, value)| match (MAPS.iter().find(|(map, ..)| *map == name), value) {
                    (Some((_, key, content)), Value::Object(pairs)) => {
                        let entries = pairs.into_iter().map(|(name, value)| json!({ *key: name, *content: value }));
                        (name, json!({ "entry": entries.collect::<Vec<_>>() }))
                    }
                    (_, value) => (name, spelled(value)),
                });
            Value::Object(members.collect())
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_become_maps_and_members_lists() {
        let fields = json!({
            "TopicArn": "t",
            "Tags": "",
            "Attributes": { "entry": [{ "key": "FifoTopic", "value": "true" }] },
            "PublishBatchRequestEntries": [{
                "Id": "1",
                "MessageAttributes": { "entry": [{ "Name": "a", "Value": { "DataType": "String", "StringValue": "x" } }] },
            }],
        });
        let Value::Object(fields) = fields else { unreachable!("an object") };
        assert_eq!(
            input(fields),
            json!({
                "TopicArn": "t",
                "Tags": [],
                "Attributes": { "FifoTopic": "true" },
                "PublishBatchRequestEntries": [{
                    "Id": "1",
                    "MessageAttributes": { "a": { "DataType": "String", "StringValue": "x" } },
                }],
            })
        );
    }

    #[test]
    fn answers_are_spelled_with_members_and_entries() {
        assert_eq!(
            output("ListTopics", json!({ "Topics": [{ "TopicArn": "t" }], "Attributes": { "a": "b" } })),
            Some(json!({
                "Topics": { "member": [{ "TopicArn": "t" }] },
                "Attributes": { "entry": [{ "key": "a", "value": "b" }] },
            }))
        );
        assert_eq!(output("DeleteTopic", json!({})), None);
        assert_eq!(output("TagResource", json!({})), Some(json!({})));
    }
}
