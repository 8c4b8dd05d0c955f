//! What targets are given of an event.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use event_pattern::{RuleVariables, TargetInput, TransformerSource};
use serde_json::{Value, json};

const VARIABLES: RuleVariables<'static> =
    RuleVariables { rule_arn: "arn:rule", rule_name: "rule", ingestion_time: "2026-11-21T08:00:01Z" };

fn event() -> Value {
    json!({
        "version": "0", "id": "1", "detail-type": "todo.created", "source": "s", "account": "0",
        "time": "2026-11-21T08:00:00Z", "region": "r", "resources": ["a"],
        "detail": {"title": "buy \"milk\"", "tags": ["x", "y"], "n": 1.50, "done": false, "o": {"k": "v"}}
    })
}

fn transformed(paths: &[(&str, &str)], template: &str) -> Option<String> {
    let paths: BTreeMap<String, String> =
        paths.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect();
    let transformer = TransformerSource { paths: &paths, template };
    TargetInput::parse("t", None, None, Some(transformer)).unwrap().render(&event(), &VARIABLES)
}

#[test]
fn a_target_is_given_the_event_a_constant_or_a_part() {
    let render = |input, path| TargetInput::parse("t", input, path, None).unwrap().render(&event(), &VARIABLES);
    assert_eq!(render(None, None), Some(event().to_string()));
    assert_eq!(render(Some("{\"a\": 1}"), None), Some("{\"a\": 1}".to_owned()));
    assert_eq!(render(None, Some("$.detail.tags")), Some(r#"["x","y"]"#.to_owned()));
    assert_eq!(render(None, Some("$.detail.title")), Some(r#""buy \"milk\"""#.to_owned()));
}

#[test]
fn a_json_template_inserts_json_and_text_into_strings() {
    let paths = [("title", "$.detail.title"), ("tags", "$.detail.tags"), ("n", "$.detail.n"), ("no", "$.detail.no")];
    let output = transformed(&paths, r#"{"t": <title>, "s": "t: <title>", "tags": <tags>, "n": "<n>", "no": <no>}"#);
    let json: Value = serde_json::from_str(&output.unwrap()).unwrap();
    assert_eq!(json, json!({"t": "buy \"milk\"", "s": "t: buy \"milk\"", "tags": ["x", "y"], "n": "1.5", "no": ""}));
    assert_eq!(transformed(&paths, "<tags>"), Some(r#"["x","y"]"#.to_owned()));
}

#[test]
fn an_object_inside_of_a_string_drops_the_event() {
    assert_eq!(transformed(&[("o", "$.detail.o")], r#"{"o": "<o>"}"#), None);
}

#[test]
fn a_string_template_is_delivered_as_text() {
    let paths = [("o", "$.detail.o"), ("tags", "$.detail.tags"), ("done", "$.detail.done")];
    assert_eq!(
        transformed(&paths, "\"<o> and <tags>\"\n\"<done>\""),
        Some("\"{k:v} and [x,y]\"\n\"false\"".to_owned())
    );
    assert_eq!(transformed(&paths, "<done>, 1 < 2"), Some("false, 1 < 2".to_owned()));
}

#[test]
fn predefined_variables_need_no_path() {
    let output = transformed(&[], r#"{"rule": <aws.events.rule-name>, "event": <aws.events.event>}"#);
    let json: Value = serde_json::from_str(&output.unwrap()).unwrap();
    assert_eq!(json["rule"], "rule");
    assert_eq!(json["event"]["detailType"], "todo.created");
    assert_eq!(json["event"]["time"], VARIABLES.ingestion_time);
    assert_eq!(json["event"].get("detail"), None);
    assert_eq!(transformed(&[], "<aws.events.event.json>"), Some(event().to_string()));
}

#[test]
fn what_put_targets_refuses_names_the_target() {
    let paths = BTreeMap::new();
    let transformer = TransformerSource { paths: &paths, template: "{\"a\": <a>}" };
    let refusal = |input, path, transformer| TargetInput::parse("t", input, path, transformer).unwrap_err().to_string();
    assert_eq!(refusal(None, None, Some(transformer)), "InputTemplate for target t contains invalid placeholder <a>.");
    assert_eq!(
        refusal(Some("1"), Some("$"), None),
        "Only one of Input, InputPath, or InputTransformer must be provided for target t."
    );
    assert_eq!(refusal(None, Some("detail"), None), "InputPath for target t is invalid.");
}
