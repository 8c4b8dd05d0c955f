//! The subset of JSON path that EventBridge knows.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::InvalidTemplate;

/// A JSON path: `$`, then `.name`, `['name']`, `[0]` or a wildcard, `.*` or `[*]`.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    All,
}

impl JsonPath {
    /// The value at this path, `None` where there is none. A path with a wildcard finds the array of all there are.
    pub fn find(&self, value: &Value) -> Option<Value> {
        let mut found = vec![value];
        let mut is_list = false;
        for step in &self.steps {
            is_list |= *step == Step::All;
            found = found.into_iter().flat_map(|value| step.from(value)).collect();
        }
        if is_list { Some(found.into_iter().cloned().collect()) } else { found.first().copied().cloned() }
    }

    /// The value at this path in a record of a pipe. A path that goes into the `body` of a queue's message finds what that
    /// spells as JSON; the body itself stays the string that the source has.
    pub(super) fn find_in_record(&self, record: &Value) -> Option<Value> {
        match self.steps.as_slice() {
            [Step::Name(name), _, ..] if name == "body" => self.find(&decoded(record)),
            _ => self.find(record),
        }
    }
}

/// The record with the JSON that its `body` spells in place of it.
pub(super) fn decoded(record: &Value) -> Value {
    let mut decoded = record.clone();
    if let Some(body) = decoded.get_mut("body")
        && let Some(parsed) = body.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
    {
        *body = parsed;
    }
    decoded
}

impl Step {
    fn from<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Self::Name(name), Value::Object(members)) => members.get(name).into_iter().collect(),
            (Self::Index(index), Value::Array(elements)) => elements.get(*index).into_iter().collect(),
            (Self::All, Value::Object(members)) => members.values().collect(),
            (Self::All, Value::Array(elements)) => elements.iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl FromStr for JsonPath {
    type Err = InvalidTemplate;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let steps = text.strip_prefix('$').and_then(steps).ok_or_else(|| InvalidTemplate::Path(text.to_owned()))?;
        Ok(Self { text: text.to_owned(), steps })
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The steps behind the `$`.
fn steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let step = if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            rest = after;
            match name {
                "" => return None,
                "*" => Step::All,
                name => Step::Name(name.to_owned()),
            }
        } else {
            let after = rest.strip_prefix('[')?;
            let (step, after) = match after.chars().next()? {
                quote @ ('\'' | '"') => {
                    let (name, after) = after[1..].split_once(quote)?;
                    (Step::Name(name.to_owned()), after.strip_prefix(']')?)
                }
                '*' => (Step::All, after.strip_prefix("*]")?),
                _ => {
                    let (index, after) = after.split_once(']')?;
                    (Step::Index(index.parse().ok()?), after)
                }
            };
            rest = after;
            step
        };
        steps.push(step);
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_finds_members_elements_and_wildcards() {
        let value = json!({"a": {"b-c": [1, {"d.e": "x"}]}, "n": null});
        let find = |path: &str| path.parse::<JsonPath>().expect("valid").find(&value);
        assert_eq!(find("$"), Some(value.clone()));
        assert_eq!(find("$.a.b-c[0]"), Some(json!(1)));
        assert_eq!(find("$.a['b-c'][1][\"d.e\"]"), Some(json!("x")));
        assert_eq!(find("$.a.b-c[*]"), Some(json!([1, {"d.e": "x"}])));
        assert_eq!(find("$.n"), Some(json!(null)));
        assert_eq!(find("$.missing.deeper"), None);
        assert_eq!(find("$.a.b-c[7]"), None);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "a", "$a", "$.", "$..a", "$.a[", "$.a[x]", "$.a['b'", "$.a[-1]"] {
            assert!(text.parse::<JsonPath>().is_err(), "{text}");
        }
    }
}
