//! Any text as an input path, and as an input transformer: its first line is the path of a variable, the others the template.
#![no_main]

use std::collections::BTreeMap;

use event_pattern::{RuleVariables, TargetInput, TransformerSource};
use serde_json::json;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let event = json!({"id": "i", "detail-type": "t", "detail": {"a": "x\"\n", "b": [1, {"c": null}], "é": {"": 2.5}}});
    let variables = RuleVariables { rule_arn: "arn", rule_name: "name", ingestion_time: "2026-11-21T08:00:00Z" };
    if let Ok(input) = TargetInput::parse("t", None, Some(text), None)
        && let Some(given) = input.render(&event, &variables)
    {
        serde_json::from_str::<serde_json::Value>(&given).expect("a part of an event is JSON");
    }
    let (path, template) = text.split_once('\n').unwrap_or(("$.detail", text));
    let paths = BTreeMap::from([("v".to_owned(), path.to_owned()), ("w".to_owned(), "$.detail.a".to_owned())]);
    let source = TransformerSource { paths: &paths, template };
    if let Ok(input) = TargetInput::parse("t", None, None, Some(source)) {
        let _ = input.render(&event, &variables);
    }
});
