//! Compares histories with recordings in which names, moments and ids were replaced by tokens.

use serde_json::Value;

/// Words that stand for anything.
const TOKENS: [&str; 18] = [
    "start-date",
    "timestamp",
    "date",
    "datetime",
    "start-time",
    "entered-time",
    "snf_role_arn",
    "X-Amzn-Trace-Id",
    "map_run_arn",
    "RequestId",
    "x-amz-crc32",
    "x-amzn-RequestId",
    "uuid",
    "sfn_role_arn",
    "\"date\"",
    "generated-uuid",
    "lambda_function_name",
    "arn:<partition>:lambda:<region>:111111111111:function:lambda_function_1_name",
];

/// The differences between a recorded value and ours.
pub fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(expected, actual, "$", &mut found);
    found
}

fn compare(expected: &Value, actual: &Value, place: &str, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, value) in expected {
                match actual.get(name) {
                    Some(actual) => compare(value, actual, &format!("{place}.{name}"), found),
                    None => found.push(format!("{place}.{name}: missing, expected {}", short(value))),
                }
            }
            for (name, value) in actual {
                // A field that AWS added after some of the recordings.
                if !expected.contains_key(name) && name != "RedriveCount" {
                    found.push(format!("{place}.{name}: unexpected {}", short(value)));
                }
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.len() != actual.len() {
                found.push(format!("{place}: {} expected, {} found", expected.len(), actual.len()));
            }
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                compare(expected, actual, &format!("{place}[{index}]"), found);
            }
        }
        (Value::Object(_), Value::String(text)) if text.starts_with('{') => match serde_json::from_str(text) {
            Ok(actual) => compare(expected, &actual, place, found),
            Err(_) => found.push(format!("{place}: not JSON: {text}")),
        },
        (Value::String(expected), Value::String(actual)) => {
            if let (true, Ok(expected), Ok(actual)) =
                (expected.starts_with('{'), serde_json::from_str(expected), serde_json::from_str(actual))
            {
                return compare(&expected, &actual, place, found);
            }
            if !is_token(expected) && !is_length(place) && !matches(expected, actual) {
                found.push(format!("{place}: expected {} found {}", short_text(expected), short_text(actual)));
            }
        }
        (Value::String(expected), _) if is_token(expected) => {}
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
        _ if expected == actual => {}
        // Some recordings were stored with their JSON texts parsed.
        (Value::Array(_) | Value::Number(_) | Value::Bool(_), Value::String(text)) if is_data(place) => {
            match serde_json::from_str(text) {
                Ok(actual) => compare(expected, &actual, place, found),
                Err(_) => found.push(format!("{place}: not JSON: {text}")),
            }
        }
        _ => found.push(format!("{place}: expected {} found {}", short(expected), short(actual))),
    }
}

fn is_token(text: &str) -> bool {
    TOKENS.contains(&text) || text.ends_with(":function:lambda_function_name")
}

/// The length of an HTTP body depends on the space that Python puts into JSON.
fn is_length(place: &str) -> bool {
    place.contains("Content-Length")
}

fn is_data(place: &str) -> bool {
    place.ends_with("put") || place.contains("assignedVariables")
}

fn short(value: &Value) -> String {
    short_text(&value.to_string())
}

fn short_text(text: &str) -> String {
    text.chars().take(160).collect()
}

/// Whether the text fits: `<…>` stands for any text.
fn matches(expected: &str, actual: &str) -> bool {
    let mut literals = vec![String::new()];
    let mut rest = expected;
    while let Some(open) = rest.find('<') {
        let Some(length) = rest[open..].find('>') else { break };
        literals.last_mut().unwrap().push_str(&rest[..open]);
        literals.push(String::new());
        rest = &rest[open + length + 1..];
    }
    literals.last_mut().unwrap().push_str(rest);
    if literals.len() == 1 {
        return expected == actual;
    }
    let (first, last) = (literals.first().unwrap(), literals.last().unwrap());
    if !actual.starts_with(&**first) || !actual.ends_with(&**last) || actual.len() < first.len() + last.len() {
        return false;
    }
    let mut middle = &actual[first.len()..actual.len() - last.len()];
    for literal in &literals[1..literals.len() - 1] {
        match middle.find(&**literal) {
            Some(position) => middle = &middle[position + literal.len()..],
            None => return false,
        }
    }
    true
}

/// Forgets the order of events inside a Parallel, as the recordings do where they are so marked.
pub fn forget_parallel_order(events: &mut Vec<Value>) {
    let mut start = None;
    let mut inside: Vec<usize> = Vec::new();
    let mut collecting = false;
    let mut index = 0;
    while index < events.len() {
        let kind = events[index]["type"].as_str().unwrap_or_default().to_owned();
        match &*kind {
            "ParallelStateSucceeded" | "ParallelStateAborted" | "ParallelStateExited" | "ParallelStateFailed" => {
                if let Some(start) = start {
                    let mut collected: Vec<Value> = inside.iter().map(|at| events[*at].clone()).collect();
                    collected.sort_by_key(sort_key);
                    events.splice(start..index, collected.iter().cloned());
                    inside = (start..start + collected.len()).collect();
                }
                collecting = false;
            }
            "ParallelStateStarted" => {
                collecting = true;
                inside.clear();
                start = Some(index + 1);
            }
            _ if collecting => {
                events[index]["id"] = serde_json::json!([0]);
                events[index]["previousEventId"] = serde_json::json!(0);
                inside.push(index);
            }
            _ => {}
        }
        index += 1;
    }
}

fn sort_key(event: &Value) -> String {
    let name = event
        .as_object()
        .and_then(|event| event.iter().find(|(name, _)| name.ends_with("Details")))
        .and_then(|(_, details)| details["name"].as_str().map(str::to_owned))
        .unwrap_or_default();
    format!("{} {name}", event["type"].as_str().unwrap_or_default())
}

/// Sorts runs of events without an order.
pub fn sort_unordered(events: &mut [Value]) {
    let mut start = 0;
    while start < events.len() {
        let end = (start..events.len()).find(|at| !events[*at]["id"].is_array()).unwrap_or(events.len());
        events[start..end].sort_by_key(sort_key);
        start = end + 1;
    }
}
