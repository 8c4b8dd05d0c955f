//! Replays recorded calls that AWS refused, and compares code and message.
//!
//! The recordings lie beside the repository; where they are not, the test says so and passes.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};
use support::Stack;

/// How many refusals were right when this was last raised; the others name what the recordings mask.
const FLOOR: usize = 132;

fn recordings() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/conformance/asl/cases.jsonl");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(_) => {
            println!("skipped: no recordings at {}", path.display());
            Vec::new()
        }
    }
}

#[tokio::test]
async fn recorded_refusals_are_reproduced() {
    let (mut passed, mut total) = (0, 0);
    for case in recordings() {
        if case["needs"] != json!(["none"]) || case["extraction"] != "complete" || case["kind"] == "execution" {
            continue;
        }
        let refusals = refusals(&case);
        if refusals.is_empty() {
            continue;
        }
        let answers = replay(&case, &refusals).await;
        for (step, recorded) in refusals {
            total += 1;
            let told = answers.get(&step).map_or("no refusal", String::as_str);
            match told == recorded {
                true => passed += 1,
                false => println!("FAIL {} step {step}\n     expected {recorded}\n     got      {told}", case["id"]),
            }
        }
    }
    println!("refusals {passed} of {total}");
    assert!(total == 0 || passed >= FLOOR, "{passed} refusals are as recorded, {FLOOR} were before");
}

/// The steps that AWS refused, with `Code: message`.
fn refusals(case: &Value) -> HashMap<u64, String> {
    let mut refusals = HashMap::new();
    for matching in case["matches"].as_array().unwrap() {
        let expected = &case["expected"][matching["key"].as_str().unwrap()];
        let step = matching["exception_step"].as_u64().or(matching["step"].as_u64());
        let told = match (expected["Error"]["Code"].as_str(), expected["exception_value"].as_str()) {
            (Some(code), _) => expected["Error"]["Message"].as_str().map(|message| format!("{code}: {message}")),
            (None, Some(text)) => of_exception(text),
            (None, None) => None,
        };
        refusals.extend(step.zip(told));
    }
    refusals
}

/// `An error occurred (Code) when calling the X operation: message`
fn of_exception(text: &str) -> Option<String> {
    let (code, rest) = text.strip_prefix("An error occurred (")?.split_once(") when calling the ")?;
    let (_, message) = rest.split_once(" operation: ")?;
    Some(format!("{code}: {message}"))
}

/// Makes the case's calls in order; answers what was refused.
async fn replay(case: &Value, refusals: &HashMap<u64, String>) -> HashMap<u64, String> {
    let stack = Stack::in_memory(vec![]);
    let (mut answers, mut told) = (HashMap::new(), HashMap::new());
    for step in case["steps"].as_array().unwrap() {
        let (number, operation) = (step["n"].as_u64().unwrap(), step["op"].as_str().unwrap());
        // What runs a state or waits for one matters only where it is refused.
        let runs = ["TestState", "StartSyncExecution", "GetActivityTask"].contains(&operation);
        if step["svc"] != "stepfunctions" || (runs && !refusals.contains_key(&number)) {
            continue;
        }
        match stack.try_call(operation, resolve(&step["params"], &answers)).await {
            Ok(answer) => drop(answers.insert(number, answer)),
            Err(error) => drop(told.insert(number, masked(&format!("{}: {}", error.code, error.message)))),
        }
    }
    told
}

/// Account, region and partition as the recordings have them.
fn masked(text: &str) -> String {
    text.replace("000000000000", "111111111111")
        .replace("arn:aws:", "arn:<partition>:")
        .replace("us-east-1", "<region>")
}

/// Puts what former steps answered into the places that name it.
fn resolve(params: &Value, answers: &HashMap<u64, Value>) -> Value {
    match params {
        Value::String(text) => Value::String(filled(text, answers)),
        Value::Array(items) => items.iter().map(|item| resolve(item, answers)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), resolve(value, answers)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn filled(text: &str, answers: &HashMap<u64, Value>) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let Some((place, after)) = rest.split_once('}') else { return text.to_owned() };
    format!(
        "{before}{}{}",
        looked_up(place, answers).unwrap_or_else(|| format!("${{{place}}}")),
        filled(after, answers)
    )
}

/// `3.executions[0].executionArn|tail`
fn looked_up(place: &str, answers: &HashMap<u64, Value>) -> Option<String> {
    let (place, tail) = place.strip_suffix("|tail").map_or((place, false), |place| (place, true));
    let (step, path) = place.split_once('.')?;
    let pointer = format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"));
    let found = answers.get(&step.parse().ok()?)?.pointer(&pointer)?.as_str()?;
    Some(if tail { found.rsplit(':').next()? } else { found }.to_owned())
}
