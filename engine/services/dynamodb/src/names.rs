//! The engine's region, ARNs and shard ids in place of dynoxide's.

use dynoxide::streams::{LOCAL_ACCOUNT, LOCAL_REGION};
use serde_json::Value;
use service::Scope;

/// Translates between the names that callers see and the ones dynoxide makes.
#[derive(Clone)]
pub(crate) struct Names {
    scope: Scope,
    outside: String,
    inside: String,
}

impl Names {
    pub(crate) fn of(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            outside: scope.arn("dynamodb", ""),
            inside: format!("arn:aws:dynamodb:{LOCAL_REGION}:{LOCAL_ACCOUNT}:"),
        }
    }

    /// The region in stream records.
    pub(crate) fn region(&self) -> &str {
        &self.scope.region
    }

    /// The ARN of a table's stream.
    pub(crate) fn stream_arn(&self, table: &str, label: &str) -> String {
        format!("{}table/{table}/stream/{label}", self.outside)
    }

    /// A caller's ARN as dynoxide knows it.
    pub(crate) fn inward_text(&self, text: &str) -> String {
        text.replacen(&self.outside, &self.inside, 1)
    }

    /// dynoxide's text as callers see it.
    pub(crate) fn outward_text(&self, text: &str) -> String {
        text.replace(&self.inside, &self.outside)
    }

    /// Translates a request: ARN members, and a table named by its ARN, which AWS allows wherever it takes a name.
    pub(crate) fn inward(&self, input: &mut Value) {
        let Some(members) = input.as_object_mut() else { return };
        for (name, value) in members {
            let Value::String(text) = value else { continue };
            if name == "TableName" {
                if let Some(table) = text.strip_prefix(&self.outside).and_then(|rest| rest.strip_prefix("table/")) {
                    *text = table.to_owned();
                }
            } else if name.ends_with("Arn") {
                *text = self.inward_text(text);
            }
        }
    }

    /// Translates an answer's ARN members. Attribute values are objects (`{"S": …}`), never plain strings, so no item's
    /// data is touched.
    pub(crate) fn outward(&self, output: &mut Value) {
        match output {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(text) if name.ends_with("Arn") => *text = self.outward_text(text),
                        other => self.outward(other),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.outward(value)),
            _ => {}
        }
    }
}

/// The id of a stream's one shard. dynoxide's own (`shardId-00000001-todos`) can be shorter than the 28 characters that
/// SDKs insist on.
pub(crate) fn shard_id(table: &str, label: &str) -> String {
    let millis = label.parse::<f64>().unwrap_or_default() * 1000.0;
    let hash = table.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("shardId-{:020}-{hash:08x}", millis as u64)
}

/// Table and label of a stream's ARN (`…:table/todos/stream/1764000000.123`).
pub(crate) fn stream_parts(arn: &str) -> Option<(&str, &str)> {
    let (_, resource) = arn.split_once(":table/")?;
    resource.split_once("/stream/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arns_are_translated_and_items_are_not() {
        let names = Names::of(&Scope::default());
        let mut output = json!({
            "Table": {"TableArn": "arn:aws:dynamodb:dynoxide:000000000000:table/todos"},
            "Item": {"targetArn": {"S": "arn:aws:dynamodb:dynoxide:000000000000:table/todos"}},
        });
        names.outward(&mut output);
        assert_eq!(output["Table"]["TableArn"], "arn:aws:dynamodb:us-east-1:000000000000:table/todos");
        assert_eq!(output["Item"]["targetArn"]["S"], "arn:aws:dynamodb:dynoxide:000000000000:table/todos");
        let mut input = json!({"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/todos"});
        names.inward(&mut input);
        assert_eq!(input["TableName"], "todos");
    }

    #[test]
    fn shard_ids_have_the_length_that_sdks_demand() {
        let id = shard_id("t", "1764000000.123000000");
        assert_eq!(id.len(), 37);
        assert!(id.starts_with("shardId-00000001764000000"), "{id}");
        assert_eq!(stream_parts("arn:aws:dynamodb:us-east-1:0:table/a-b/stream/1.2"), Some(("a-b", "1.2")));
    }
}
