//! What AWS answered, replayed: runs where the recordings lie beside the repository.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use event_pattern::{Event, Pattern, RuleVariables, TargetInput, TransformerSource, test_event};
use serde_json::Value;

fn recordings(file: &str) -> Option<Vec<Value>> {
    let path: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/event-patterns").join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(_) => {
            eprintln!("skipped: no recordings at {}", path.display());
            None
        }
    }
}

fn text<'a>(case: &'a Value, member: &str) -> Option<&'a str> {
    case.get(member).and_then(Value::as_str)
}

/// Texts that JSON parsers word each their own way are not compared.
fn is_plain_syntax(message: &str) -> bool {
    message.contains("Reason: Unexpected ") || message.contains("Reason: Unrecognized token")
}

fn problem(case: &Value) -> Option<String> {
    let expected = text(case, "expected").unwrap();
    let pattern = match Pattern::parse(text(case, "pattern").unwrap()) {
        Ok(pattern) => pattern,
        Err(refusal) if expected == "invalid_pattern" => {
            let reason = format!("Event pattern is not valid. Reason: {}", refusal.reason());
            let raw = text(case, "error_message_raw").unwrap_or_default();
            let raw = raw.strip_prefix("Event pattern is not valid. Reason: ").unwrap_or(raw);
            let answer = refusal.to_string();
            let answer = answer.strip_prefix("Event pattern is not valid. Reason: ").unwrap();
            return match text(case, "error_message") {
                Some(message) if message.starts_with("Event pattern") && !is_plain_syntax(message) => {
                    // Recordings are masked, which also moves columns.
                    let is_comparable = !raw.is_empty() && !raw.contains("<partition>");
                    (message != reason || (is_comparable && raw != answer))
                        .then(|| format!("expected {raw}\n  got {answer}"))
                }
                _ => None,
            };
        }
        Err(refusal) => return Some(format!("expected {expected}, got {refusal}")),
    };
    let verdict = match text(case, "event") {
        None => "valid_pattern",
        Some(event) if expected == "invalid_event" => {
            if test_event(event).is_ok() {
                "valid event"
            } else {
                "invalid_event"
            }
        }
        Some(event) => match Event::parse(event) {
            Ok(event) if pattern.matches(&event) => "match",
            Ok(_) => "no_match",
            Err(_) => "invalid_event",
        },
    };
    (verdict != expected).then(|| format!("expected {expected}, got {verdict}"))
}

#[test]
fn every_recorded_pattern_gets_the_recorded_verdict_and_message() {
    for file in ["patterns.jsonl", "edge-probes.jsonl"] {
        let Some(cases) = recordings(file) else { return };
        let problems: Vec<String> = cases
            .iter()
            .filter_map(|case| {
                let problem = problem(case)?;
                let (id, pattern) = (text(case, "id").unwrap(), text(case, "pattern").unwrap());
                Some(format!("{id}: {problem}\n  {pattern}\n  {}", text(case, "event").unwrap_or("-")))
            })
            .collect();
        assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), cases.len(), problems.join("\n"));
    }
}

#[test]
fn every_recorded_input_is_rendered_to_the_byte() {
    let Some(cases) = recordings("transformers.jsonl") else { return };
    for case in &cases {
        let id = text(case, "id").unwrap();
        let paths: BTreeMap<String, String> =
            case.get("input_paths_map").map(|map| serde_json::from_value(map.clone()).unwrap()).unwrap_or_default();
        let transformer = text(case, "input_template").map(|template| TransformerSource { paths: &paths, template });
        let input = TargetInput::parse("<target-id>", None, text(case, "input_path"), transformer);
        if let Some(error) = case.get("put_targets_error") {
            assert_eq!(input.unwrap_err().to_string(), error["Message"], "{id}");
            continue;
        }
        // The recordings are masked, events and outputs each in their own way.
        let mut event = case["event"].clone();
        event["time"] = "date".into();
        event["id"] = "<uuid:2>".into();
        let raw = text(case, "output_raw");
        let variables = RuleVariables {
            rule_arn: "arn:<partition>:events:<region>:111111111111:rule/<bus-name>/<rule-name>",
            rule_name: "<rule-name>",
            ingestion_time: if raw.is_some() { "date" } else { "<ingestion-time>" },
        };
        let output = input.unwrap().render(&event, &variables);
        if case.get("output_none").is_some() {
            assert_eq!(output, None, "{id}");
        } else if let Some(raw) = raw {
            assert_eq!(output.as_deref(), Some(raw), "{id}");
        } else {
            let json: Value = serde_json::from_str(&output.unwrap()).unwrap();
            assert_eq!(json, case["output_json"], "{id}");
        }
    }
}
