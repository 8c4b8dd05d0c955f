//! The input of a rule's target: the event, a constant, a part of the event, or a template over parts of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::JsonPath;
use super::template::{Piece, escaped, pieces};

/// What a target of a rule is given.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>
#[derive(Clone, Debug)]
pub struct TargetInput(Source);

#[derive(Clone, Debug)]
enum Source {
    Event,
    Constant(String),
    Path(JsonPath),
    Transformer { template: Vec<Piece<Variable>>, kind: Kind },
}

/// An `InputTransformer`, as `PutTargets` has it.
#[derive(Clone, Copy, Debug)]
pub struct TransformerSource<'a> {
    /// `InputPathsMap`: variables and the JSON paths of their values.
    pub paths: &'a BTreeMap<String, String>,
    /// `InputTemplate`
    pub template: &'a str,
}

/// What a template may mention besides the event.
#[derive(Clone, Copy, Debug)]
pub struct RuleVariables<'a> {
    /// `<aws.events.rule-arn>`
    pub rule_arn: &'a str,
    /// `<aws.events.rule-name>`
    pub rule_name: &'a str,
    /// `<aws.events.event.ingestion-time>`, in the spelling that is to be printed.
    pub ingestion_time: &'a str,
}

/// An input that `PutTargets` refuses. It prints AWS's text, the message of a `ValidationException`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInput {
    /// More than one of the three ways was given.
    #[error("Only one of Input, InputPath, or InputTransformer must be provided for target {0}.")]
    MoreThanOne(String),
    /// A path is no JSON path.
    #[error("InputPath for target {0} is invalid.")]
    Path(String),
    /// A placeholder has no path in the map and isn't predefined.
    #[error("InputTemplate for target {target} contains invalid placeholder <{placeholder}>.")]
    Placeholder {
        /// The target's id.
        target: String,
        /// The placeholder's name.
        placeholder: String,
    },
}

#[derive(Clone, Debug)]
enum Variable {
    Path(JsonPath),
    RuleArn,
    RuleName,
    IngestionTime,
    Event,
    EventJson,
}

/// What a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// JSON, and nothing else is delivered.
    Json,
    /// Text, delivered as it is, quotes included.
    Text,
}

impl TargetInput {
    /// Reads the input of a target; with none of the three, it is the event.
    ///
    /// # Errors
    /// What `PutTargets` answers, which names the target.
    pub fn parse(
        target_id: &str,
        input: Option<&str>,
        input_path: Option<&str>,
        transformer: Option<TransformerSource<'_>>,
    ) -> Result<Self, InvalidInput> {
        let path = |text: &str| {
            let invalid = |_| InvalidInput::Path(target_id.to_owned());
            text.parse::<JsonPath>().map_err(invalid)
        };
        match (input, input_path, transformer) {
            (None, None, None) => Ok(Self(Source::Event)),
            (Some(constant), None, None) => Ok(Self(Source::Constant(constant.to_owned()))),
            (None, Some(text), None) => Ok(Self(Source::Path(path(text)?))),
            (None, None, Some(transformer)) => {
                let paths: BTreeMap<&str, JsonPath> = transformer
                    .paths
                    .iter()
                    .map(|(name, text)| Ok((name.as_str(), path(text)?)))
                    .collect::<Result<_, InvalidInput>>()?;
                let template = pieces(transformer.template, |name| variable(name, &paths, target_id))?;
                let kind = kind(transformer.template.trim_start(), &template);
                Ok(Self(Source::Transformer { template, kind }))
            }
            _ => Err(InvalidInput::MoreThanOne(target_id.to_owned())),
        }
    }

    /// What the target is given for `event`: text, which is JSON unless a template makes other text. `None` when the
    /// template's result isn't the JSON that it should be: AWS then delivers nothing and tells nobody.
    pub fn render(&self, event: &Value, variables: &RuleVariables<'_>) -> Option<String> {
        match &self.0 {
            Source::Event => Some(event.to_string()),
            Source::Constant(constant) => Some(constant.clone()),
            Source::Path(path) => Some(path.find(event).unwrap_or(Value::Null).to_string()),
            Source::Transformer { template, kind } => {
                let text: String = template.iter().map(|piece| piece.render(*kind, event, variables)).collect();
                let deliverable = *kind == Kind::Text || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
                deliverable.then_some(text)
            }
        }
    }
}

fn variable(name: &str, paths: &BTreeMap<&str, JsonPath>, target_id: &str) -> Result<Option<Variable>, InvalidInput> {
    Ok(Some(match name {
        "aws.events.rule-arn" => Variable::RuleArn,
        "aws.events.rule-name" => Variable::RuleName,
        "aws.events.event.ingestion-time" => Variable::IngestionTime,
        "aws.events.event" => Variable::Event,
        "aws.events.event.json" => Variable::EventJson,
        name => match paths.get(name) {
            Some(path) => Variable::Path(path.clone()),
            None if is_name(name) => {
                return Err(InvalidInput::Placeholder { target: target_id.to_owned(), placeholder: name.to_owned() });
            }
            None => return Ok(None),
        },
    }))
}

/// Whether a text in angle brackets is meant as a placeholder.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character))
}

/// A template makes JSON when it begins like an object or an array, or is nothing but one placeholder.
fn kind(template: &str, pieces: &[Piece<Variable>]) -> Kind {
    let is_one_placeholder = matches!(pieces, [Piece::Placeholder { .. }]);
    if template.starts_with(['{', '[']) || is_one_placeholder { Kind::Json } else { Kind::Text }
}

impl Piece<Variable> {
    fn render(&self, kind: Kind, event: &Value, variables: &RuleVariables<'_>) -> String {
        let (placeholder, quoted) = match self {
            Self::Text(text) => return text.clone(),
            Self::Placeholder { placeholder, quoted } => (placeholder, *quoted),
        };
        let value = placeholder.value(event, variables).unwrap_or_else(|| Value::from(""));
        match (kind, quoted, value) {
            (Kind::Json, false, value) => value.to_string(),
            (Kind::Text, false, Value::String(text)) => text,
            (_, _, Value::String(text)) => escaped(&text),
            // In text, AWS strips an object or array of all quotes.
            (Kind::Text, _, value) => value.to_string().replace('"', ""),
            // In a string of a JSON template it doesn't, which breaks the JSON and so drops the event.
            (Kind::Json, true, value) => value.to_string(),
        }
    }
}

impl Variable {
    fn value(&self, event: &Value, variables: &RuleVariables<'_>) -> Option<Value> {
        Some(match self {
            Self::Path(path) => return path.find(event),
            Self::RuleArn => Value::from(variables.rule_arn),
            Self::RuleName => Value::from(variables.rule_name),
            Self::IngestionTime => Value::from(variables.ingestion_time),
            Self::EventJson => event.clone(),
            Self::Event => without_detail(event, variables.ingestion_time),
        })
    }
}

/// The event as `<aws.events.event>` has it: no detail, `detailType`, and the time it came in.
fn without_detail(event: &Value, ingestion_time: &str) -> Value {
    let member = |name: &str| event.get(name).cloned();
    let members = [
        ("id", member("id")),
        ("account", member("account")),
        ("detailType", member("detail-type")),
        ("time", Some(Value::from(ingestion_time))),
        ("source", member("source")),
        ("region", member("region")),
        ("resources", member("resources")),
        ("version", member("version")),
    ];
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}
