//! From flattened fields (`Tags.member.1.Key=a`) to nested members.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use service::ServiceError;

use super::Parameters;

/// No shape of AWS's nests deeper; a hostile field name could.
const MAX_DEPTH: usize = 16;

enum Node {
    Leaf(String),
    Branch(BTreeMap<String, Node>),
}

/// Nests fields at their dots: numbered members become arrays, whether flattened or under `member`; all values are text.
pub(super) fn nest(parameters: &Parameters) -> Result<Map<String, Value>, ServiceError> {
    let mut root = BTreeMap::new();
    for (name, value) in parameters.iter().filter(|(name, _)| name != "Action" && name != "Version") {
        let path: Vec<&str> = name.split('.').collect();
        if path.len() > MAX_DEPTH || !insert(&mut root, &path, value) {
            return Err(ServiceError::client("MalformedQueryString", format!("The field {name} can't be understood")));
        }
    }
    Ok(root.into_iter().map(|(name, node)| (name, to_value(node))).collect())
}

/// Whether there was room: no field may be both a value and a parent.
fn insert(branch: &mut BTreeMap<String, Node>, path: &[&str], value: &str) -> bool {
    match path {
        [] => false,
        [name] => branch.insert((*name).to_owned(), Node::Leaf(value.to_owned())).is_none(),
        [name, rest @ ..] => match branch.entry((*name).to_owned()).or_insert_with(|| Node::Branch(BTreeMap::new())) {
            Node::Branch(inner) => insert(inner, rest, value),
            Node::Leaf(_) => false,
        },
    }
}

fn to_value(node: Node) -> Value {
    let mut members = match node {
        Node::Leaf(text) => return Value::String(text),
        Node::Branch(members) => members,
    };
    if members.len() == 1
        && let Some(list) = members.remove("member")
    {
        return to_value(list);
    }
    let numbers: Option<Vec<u64>> = members.keys().map(|name| name.parse().ok()).collect();
    match numbers {
        Some(numbers) => {
            let mut numbered: Vec<_> = numbers.into_iter().zip(members.into_values()).collect();
            numbered.sort_by_key(|(number, _)| *number);
            numbered.into_iter().map(|(_, node)| to_value(node)).collect()
        }
        None => Value::Object(members.into_iter().map(|(name, node)| (name, to_value(node))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(form: &str) -> Result<Value, ServiceError> {
        nest(&form_urlencoded::parse(form.as_bytes()).into_owned().collect()).map(Value::Object)
    }

    #[test]
    fn numbered_members_become_arrays_in_numeric_order() {
        assert_eq!(
            nested("Action=X&A.2=b&A.10=c&A.1=a&T.member.1.Key=k&T.member.1.Value=v"),
            Ok(json!({ "A": ["a", "b", "c"], "T": [{ "Key": "k", "Value": "v" }] }))
        );
    }

    #[test]
    fn a_field_that_is_value_and_parent_is_refused() {
        for form in ["A=1&A.1=2", "A.1=2&A=1&A.1.1=3", &format!("{}=1", "a.".repeat(500))] {
            assert_eq!(nested(form).map_err(|error| error.code), Err("MalformedQueryString".to_owned()), "{form}");
        }
    }
}
