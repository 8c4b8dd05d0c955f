//! The input templates of pipes.

use serde_json::Value;

use super::path::decoded;
use super::template::{Piece, escaped, pieces};
use super::{InvalidTemplate, JsonPath};

/// An input template of a pipe: JSON or text with JSON paths in it, `{"id": <$.dynamodb.Keys.id.S>}`.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html>
#[derive(Clone, Debug)]
pub struct PipeTemplate {
    pieces: Vec<Piece<Variable>>,
    is_json: bool,
}

/// What a pipe's template may mention besides the record.
#[derive(Clone, Copy, Debug)]
pub struct PipeVariables<'a> {
    /// `<aws.pipes.pipe-arn>`
    pub pipe_arn: &'a str,
    /// `<aws.pipes.pipe-name>`
    pub pipe_name: &'a str,
    /// `<aws.pipes.source-arn>`
    pub source_arn: &'a str,
    /// `<aws.pipes.enrichment-arn>`; empty for a pipe without.
    pub enrichment_arn: &'a str,
    /// `<aws.pipes.target-arn>`
    pub target_arn: &'a str,
    /// `<aws.pipes.event.ingestion-time>`, in the spelling that is to be printed.
    pub ingestion_time: &'a str,
}

#[derive(Clone, Debug)]
enum Variable {
    Path(JsonPath),
    PipeArn,
    PipeName,
    SourceArn,
    EnrichmentArn,
    TargetArn,
    IngestionTime,
    Event,
    EventJson,
}

impl PipeTemplate {
    /// Parses a template.
    ///
    /// # Errors
    /// [`InvalidTemplate`] for a placeholder that is neither a JSON path nor a reserved variable.
    pub fn parse(template: &str) -> Result<Self, InvalidTemplate> {
        let pieces = pieces(template, variable)?;
        let is_one_placeholder = matches!(pieces.as_slice(), [Piece::Placeholder { .. }]);
        let is_json = template.trim_start().starts_with(['{', '[', '"']) || is_one_placeholder;
        if is_json {
            refuse_unknown_names(template)?;
        }
        Ok(Self { pieces, is_json })
    }

    /// What the template makes of `record`: the JSON it spells, or a string where it is a text that is no JSON. Paths that
    /// find nothing are empty.
    ///
    /// # Errors
    /// The text that the template made, when it should have been JSON and isn't.
    pub fn render(&self, record: &Value, variables: &PipeVariables<'_>) -> Result<Value, String> {
        let text: String = self.pieces.iter().map(|piece| piece.render(self.is_json, record, variables)).collect();
        match serde_json::from_str(&text) {
            Ok(value) => Ok(value),
            Err(_) if !self.is_json => Ok(Value::String(text)),
            Err(_) => Err(text),
        }
    }
}

/// Refuses a name in angle brackets that stands for nothing where only JSON can stand: no record would make JSON of it.
/// Inside of a string it may be markup.
fn refuse_unknown_names(template: &str) -> Result<(), InvalidTemplate> {
    let is_name = |text: &str| {
        let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        !text.is_empty() && text.chars().all(allowed) && !text.starts_with("aws.")
    };
    let names = pieces(template, |name| Ok::<_, InvalidTemplate>(is_name(name).then(|| name.to_owned())))?;
    let unknown = names.into_iter().find_map(|piece| match piece {
        Piece::Placeholder { placeholder, quoted: false } => Some(placeholder),
        _ => None,
    });
    unknown.map_or(Ok(()), |name| Err(InvalidTemplate::Placeholder(name)))
}

fn variable(name: &str) -> Result<Option<Variable>, InvalidTemplate> {
    if name.starts_with('$') {
        return Ok(Some(Variable::Path(name.parse()?)));
    }
    Ok(Some(match name {
        "aws.pipes.pipe-arn" => Variable::PipeArn,
        "aws.pipes.pipe-name" => Variable::PipeName,
        "aws.pipes.source-arn" => Variable::SourceArn,
        "aws.pipes.enrichment-arn" => Variable::EnrichmentArn,
        "aws.pipes.target-arn" => Variable::TargetArn,
        "aws.pipes.event.ingestion-time" => Variable::IngestionTime,
        "aws.pipes.event" => Variable::Event,
        "aws.pipes.event.json" => Variable::EventJson,
        other if other.starts_with("aws.") => return Err(InvalidTemplate::Placeholder(other.to_owned())),
        _ => return Ok(None),
    }))
}

impl Piece<Variable> {
    fn render(&self, is_json: bool, record: &Value, variables: &PipeVariables<'_>) -> String {
        let (placeholder, quoted) = match self {
            Self::Text(text) => return text.clone(),
            Self::Placeholder { placeholder, quoted } => (placeholder, *quoted),
        };
        let value = placeholder.value(record, variables).unwrap_or_else(|| Value::from(""));
        match (value, quoted) {
            (Value::String(text), true) => escaped(&text),
            (Value::String(text), false) if !is_json => text,
            (value, true) => escaped(&value.to_string()),
            (value, false) => value.to_string(),
        }
    }
}

impl Variable {
    fn value(&self, record: &Value, variables: &PipeVariables<'_>) -> Option<Value> {
        Some(match self {
            Self::Path(path) => return path.find_in_record(record),
            Self::PipeArn => Value::from(variables.pipe_arn),
            Self::PipeName => Value::from(variables.pipe_name),
            Self::SourceArn => Value::from(variables.source_arn),
            Self::EnrichmentArn => Value::from(variables.enrichment_arn),
            Self::TargetArn => Value::from(variables.target_arn),
            Self::IngestionTime => Value::from(variables.ingestion_time),
            Self::Event => Value::from(record.to_string()),
            Self::EventJson => decoded(record),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const VARIABLES: PipeVariables<'static> = PipeVariables {
        pipe_arn: "arn:aws:pipes:us-east-1:000000000000:pipe/p",
        pipe_name: "p",
        source_arn: "arn:aws:sqs:us-east-1:000000000000:q",
        enrichment_arn: "",
        target_arn: "arn:aws:sqs:us-east-1:000000000000:t",
        ingestion_time: "2026-11-21T08:00:00Z",
    };

    fn render(template: &str, record: &Value) -> Result<Value, String> {
        PipeTemplate::parse(template).expect("valid").render(record, &VARIABLES)
    }

    #[test]
    fn paths_insert_json_outside_of_strings_and_text_inside() {
        let record = json!({"id": "a\"b", "n": {"x": [1, 2]}, "no": null});
        let rendered =
            render(r#"{"id": <$.id>, "text": "id <$.id>, x <$.n.x[1]>", "n": <$.n>, "gone": <$.y>}"#, &record);
        assert_eq!(rendered, Ok(json!({"id": "a\"b", "text": "id a\"b, x 2", "n": {"x": [1, 2]}, "gone": ""})));
        assert_eq!(render("<$.n.x>", &record), Ok(json!([1, 2])));
        assert_eq!(render("see <$.id>", &record), Ok(json!("see a\"b")));
        assert_eq!(render("{\"id\": <$.id> <$.id>}", &record), Err(r#"{"id": "a\"b" "a\"b"}"#.to_owned()));
    }

    #[test]
    fn a_path_into_a_body_decodes_it() {
        let record = json!({"body": "{\"k\":{\"v\":7}}"});
        assert_eq!(render("<$.body.k.v>", &record), Ok(json!(7)));
        assert_eq!(render("<$.body>", &record), Ok(json!("{\"k\":{\"v\":7}}")));
        assert_eq!(render("<aws.pipes.event.json>", &record), Ok(json!({"body": {"k": {"v": 7}}})));
        assert_eq!(render("{\"e\": \"<aws.pipes.event>\"}", &record), Ok(json!({"e": record.to_string()})));
    }

    #[test]
    fn reserved_variables_name_the_pipe() {
        assert_eq!(
            render("<aws.pipes.pipe-name> at <aws.pipes.event.ingestion-time>", &json!({})),
            Ok(json!("p at 2026-11-21T08:00:00Z"))
        );
        assert!(PipeTemplate::parse("<aws.pipes.nothing>").is_err());
        assert!(PipeTemplate::parse("<$.>").is_err());
        assert!(PipeTemplate::parse("{\"x\": <name>}").is_err());
        assert_eq!(render("{\"x\": \"<b>bold</b>\"}", &json!({})), Ok(json!({"x": "<b>bold</b>"})));
    }
}
