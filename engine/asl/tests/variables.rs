//! How much a machine's variables may hold.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::sync::Arc;

use asl::{Machine, Outcome};
use serde_json::{Value, json};
use support::{Run, doubles};

fn run(states: &Value, input: &Value) -> Run {
    let machine = Machine::parse(&json!({"StartAt": "A", "States": states}).to_string()).unwrap();
    Run::to_end(&Arc::new(machine), &input.to_string(), &doubles::none)
}

fn failed(run: &Run) -> Option<(String, String)> {
    match run.execution.outcome().unwrap() {
        Outcome::Failed { error, cause } => {
            Some((error.as_deref().unwrap().to_owned(), cause.as_deref().unwrap().to_owned()))
        }
        _ => None,
    }
}

/// Assigns the input's text to these variables.
fn assign(names: &[&str], next: Option<&str>) -> Value {
    let variables: serde_json::Map<_, _> = names.iter().map(|name| (format!("{name}.$"), json!("$.text"))).collect();
    match next {
        Some(next) => json!({"Type": "Pass", "Assign": variables, "Next": next}),
        None => json!({"Type": "Pass", "Assign": variables, "End": true}),
    }
}

#[test]
fn one_assign_holds_as_much_as_one_payload() {
    let input = |length: usize| json!({"text": "x".repeat(length)});
    // Each value has two quotation marks.
    let fitting = input(131_070);
    assert_eq!(failed(&run(&json!({"A": assign(&["a", "b"], None)}), &fitting)), None);
    let (error, cause) = failed(&run(&json!({"A": assign(&["a", "b"], None)}), &input(131_071))).unwrap();
    assert_eq!(error, "States.DataLimitExceeded");
    assert!(cause.starts_with("The state/task 'A' returned a result with a size exceeding"), "{cause}");
}

#[test]
fn an_execution_holds_ten_mebibytes_of_variables() {
    let input = json!({"text": "x".repeat(262_000)});
    let states = |again: bool| {
        let mut states = serde_json::Map::new();
        // Forty variables are just less than ten mebibytes; the same name again replaces its value.
        let mut names: Vec<String> = (0..40).map(|number| format!("v{number}")).collect();
        names.push(if again { "v0".to_owned() } else { "v40".to_owned() });
        for (position, name) in names.iter().enumerate() {
            let state = if position == 0 { "A".to_owned() } else { format!("S{position}") };
            let next = (position + 1 < names.len()).then(|| format!("S{}", position + 1));
            states.insert(state, assign(&[name], next.as_deref()));
        }
        Value::Object(states)
    };
    assert_eq!(failed(&run(&states(true), &input)), None);
    let (error, cause) = failed(&run(&states(false), &input)).unwrap();
    assert_eq!(error, "States.DataLimitExceeded");
    assert!(cause.starts_with("The state/task 'S40' assigned variables"), "{cause}");
}

#[test]
fn variables_of_iterations_that_are_over_count_no_more() {
    let input = json!({"text": "x".repeat(262_000), "items": vec![0; 50]});
    let processor = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"big.$": "$.text"}, "Next": "J"},
        "J": {"Type": "Pass", "Result": 1, "End": true}}});
    let map = json!({"A": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1,
        "ItemSelector": {"text.$": "$.text"}, "ItemProcessor": processor, "End": true}});
    assert_eq!(failed(&run(&map, &input)), None);
}
