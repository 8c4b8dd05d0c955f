//! Workflows that lead nowhere, and variables that are assigned twice on a way.

use serde_json::{Value, json};

use super::findings;

fn machine(states: Value) -> Value {
    let start = states.as_object().unwrap().keys().next().unwrap().clone();
    json!({"StartAt": start, "States": states})
}

#[test]
fn a_machine_that_cannot_end_is_refused_without_a_place() {
    let around = json!({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}});
    let told = "MISSING_END_STATE: Workflow has no terminal state at ";
    assert_eq!(findings(&machine(around.clone())), [told]);
    let text = asl::Machine::parse(&machine(around.clone()).to_string()).unwrap_err().to_string();
    assert_eq!(text, "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'");
    let mut lost = around.clone();
    lost["C"] = json!({"Type": "Pass", "Next": "A"});
    assert_eq!(findings(&machine(lost.clone())), [told]);
    lost["C"] = json!({"Type": "Pass", "End": true});
    assert_eq!(findings(&machine(lost)), ["MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C"]);
    let inner = json!({"M": {"Type": "Map", "ItemProcessor": machine(around), "End": true}});
    assert!(findings(&machine(inner)).is_empty(), "what is inside need not end");
}

#[test]
fn targets_that_there_are_not_are_told_alike_wherever_they_are_named() {
    let missing = |at: &str| format!("MISSING_TRANSITION_TARGET: Missing 'Next' target: Nope at {at}");
    let choice = |next: &str, default: &str| {
        machine(json!({
            "S": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": next}], "Default": default},
            "E": {"Type": "Succeed"}
        }))
    };
    assert_eq!(findings(&choice("Nope", "E")), [missing("/States/S/Choices[0]/Next")]);
    assert_eq!(findings(&choice("E", "Nope")), [missing("/States/S/Default")]);
    assert_eq!(
        findings(&machine(json!({"S": {"Type": "Pass", "Next": "Nope"}}))),
        [missing("/States/S/Next"), "MISSING_END_STATE: Workflow has no terminal state at ".to_owned()]
    );
    assert_eq!(
        findings(&json!({"StartAt": "Nope", "States": {"S": {"Type": "Succeed"}}})),
        [missing("/StartAt"), "MISSING_TRANSITION_TARGET: State \"S\" is not reachable. at /States/S".to_owned()]
    );
}

fn assigns(next: Option<&str>) -> Value {
    match next {
        Some(next) => json!({"Type": "Pass", "Assign": {"x": 1}, "Next": next}),
        None => json!({"Type": "Pass", "Assign": {"x.$": "$"}, "End": true}),
    }
}

fn fan(next: Option<&str>) -> Value {
    let mut fan = json!({"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": assigns(None)}}]});
    match next {
        Some(next) => fan["Next"] = json!(next),
        None => fan["End"] = json!(true),
    }
    fan
}

#[test]
fn what_is_assigned_on_the_way_to_a_branch_is_not_assigned_in_it() {
    let told = |at: &str| {
        vec![format!("DUPLICATE_VARIABLE_NAME: The variable name 'x' was already defined in a parent scope. at {at}")]
    };
    let inner = "/States/P/Branches[0]/States/I/Assign/x.$";
    assert_eq!(findings(&machine(json!({"A": assigns(Some("P")), "P": fan(None)}))), told(inner));
    let rule = json!({"Variable": "$.x", "IsPresent": true, "Assign": {"x": 1}, "Next": "P"});
    let choice = json!({"Type": "Choice", "Choices": [rule], "Default": "P"});
    assert_eq!(findings(&machine(json!({"C": choice, "P": fan(None)}))), told(inner));
    let again =
        json!({"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "P"}], "Default": "E"});
    let circle = json!({"P": fan(Some("A")), "A": assigns(Some("C")), "C": again, "E": {"Type": "Succeed"}});
    assert_eq!(findings(&machine(circle)), told(inner));
    assert!(findings(&machine(json!({"P": fan(Some("A")), "A": assigns(None)}))).is_empty(), "assigned afterwards");
}
