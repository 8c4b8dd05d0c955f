//! Parameters of targets that may be JSON paths: a queue's message group, an HTTP request's headers.

use serde_json::{Map, Value};

use super::{InvalidTemplate, JsonPath};

/// A parameter of a target: a text as it stands or, where the whole of it is a JSON path, what that finds in the event.
///
/// The event is the one that came in, not what a transformer made of it.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html#targets-dynamic-path-parameters>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// The text itself.
    Text(String),
    /// What is there in the event.
    Path(JsonPath),
}

/// Several parameters in the shape that the API gives them, `HttpParameters` for one: each text in it is a [`Parameter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters(Node);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    One(Parameter),
    List(Vec<Node>),
    Members(Vec<(String, Node)>),
    Other(Value),
}

impl Parameter {
    /// Reads a parameter: what begins with `$` is a path.
    ///
    /// # Errors
    /// [`InvalidTemplate::Path`] for a path that can't be read.
    pub fn parse(text: &str) -> Result<Self, InvalidTemplate> {
        if text.starts_with('$') { text.parse().map(Self::Path) } else { Ok(Self::Text(text.to_owned())) }
    }

    /// The value of the parameter for an event or a pipe's record, `None` where the path finds nothing. A path that goes
    /// into the `body` of a record, as of a queue's message, finds what the body spells as JSON.
    pub fn value(&self, event: &Value) -> Option<Value> {
        match self {
            Self::Text(text) => Some(Value::from(text.as_str())),
            Self::Path(path) => path.find_in_record(event),
        }
    }

    /// The value as text: a string is itself, anything else its JSON. `None` where the path finds nothing, or null.
    pub fn text(&self, event: &Value) -> Option<String> {
        match self.value(event)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }
}

impl Parameters {
    /// Reads parameters.
    ///
    /// # Errors
    /// [`InvalidTemplate::Path`] for the first path that can't be read.
    pub fn parse(document: &Value) -> Result<Self, InvalidTemplate> {
        Node::parse(document).map(Self)
    }

    /// The same document with the texts for an event or a pipe's record; empty ones where a path finds nothing.
    pub fn resolve(&self, event: &Value) -> Value {
        self.0.resolve(event)
    }
}

impl Node {
    fn parse(document: &Value) -> Result<Self, InvalidTemplate> {
        Ok(match document {
            Value::String(text) => Self::One(Parameter::parse(text)?),
            Value::Array(items) => Self::List(items.iter().map(Self::parse).collect::<Result<_, _>>()?),
            Value::Object(members) => {
                let member = |(name, member): (&String, &Value)| Ok((name.clone(), Self::parse(member)?));
                Self::Members(members.iter().map(member).collect::<Result<_, _>>()?)
            }
            other => Self::Other(other.clone()),
        })
    }

    fn resolve(&self, event: &Value) -> Value {
        match self {
            Self::One(parameter) => parameter.text(event).unwrap_or_default().into(),
            Self::List(items) => items.iter().map(|item| item.resolve(event)).collect(),
            Self::Members(members) => {
                let resolved = members.iter().map(|(name, member)| (name.clone(), member.resolve(event)));
                Value::Object(resolved.collect::<Map<_, _>>())
            }
            Self::Other(value) => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_text_that_is_a_path_as_a_whole_is_one() {
        let event = json!({"detail": {"id": "a", "n": 7, "none": null, "tags": ["x"]}});
        let text = |text: &str| Parameter::parse(text).expect("valid").text(&event);
        assert_eq!(text("$.detail.id").as_deref(), Some("a"));
        assert_eq!(text("$.detail.n").as_deref(), Some("7"));
        assert_eq!(text("$.detail.tags").as_deref(), Some("[\"x\"]"));
        assert_eq!(text("id $.detail.id").as_deref(), Some("id $.detail.id"));
        assert_eq!((text("$.detail.none"), text("$.gone")), (None, None));
        assert!(Parameter::parse("$.").is_err());
    }

    #[test]
    fn a_path_goes_into_a_body_that_is_json() {
        let record = json!({"body": "{\"id\":\"a\"}", "messageId": "m"});
        let text = |text: &str| Parameter::parse(text).expect("valid").text(&record);
        assert_eq!(text("$.body.id").as_deref(), Some("a"));
        assert_eq!(text("$.body").as_deref(), Some("{\"id\":\"a\"}"));
        assert_eq!(text("$.messageId").as_deref(), Some("m"));
    }

    #[test]
    fn parameters_keep_their_shape_and_what_is_missing_is_empty() {
        let document = json!({
            "PathParameterValues": ["$.detail.id", "fixed"],
            "HeaderParameters": {"x-id": "$.detail.id", "x-gone": "$.detail.gone"},
            "QueryStringParameters": {"n": "$.detail.n"},
        });
        let resolved = Parameters::parse(&document).expect("valid").resolve(&json!({"detail": {"id": "a", "n": 7}}));
        let expected = json!({
            "PathParameterValues": ["a", "fixed"],
            "HeaderParameters": {"x-id": "a", "x-gone": ""},
            "QueryStringParameters": {"n": "7"},
        });
        assert_eq!(resolved, expected);
        assert!(Parameters::parse(&json!({"HeaderParameters": {"a": "$x"}})).is_err());
    }
}
