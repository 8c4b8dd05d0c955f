//! What fields hold, and which stand together, of a machine in JSONPath.

use asl::{Kind, Machine};
use serde_json::{Value, json};

use crate::{findings, with_state};

const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED:";

fn found(state: Value) -> Vec<String> {
    findings(&with_state(state))
}

/// The findings about the one rule of a Choice.
fn of_rule(mut rule: Value) -> Vec<String> {
    rule["Next"] = json!("T");
    findings(&json!({"StartAt": "S", "States": {
        "S": {"Type": "Choice", "Choices": [rule], "Default": "T"}, "T": {"Type": "Succeed"}
    }}))
}

#[test]
fn paths_are_paths() {
    for field in ["InputPath", "OutputPath", "ResultPath"] {
        let mut state = json!({"Type": "Pass", "End": true});
        state[field] = json!("nope");
        assert_eq!(found(state), [format!("{SCHEMA} Value must be a valid JSONPath. at /States/S/{field}")]);
    }
    let wait = json!({"Type": "Wait", "SecondsPath": "$.a[", "End": true});
    assert_eq!(found(wait), [format!("{SCHEMA} Value must be a valid JSONPath. at /States/S/SecondsPath")]);
}

#[test]
fn what_a_choice_compares_begins_with_a_dollar() {
    let text = format!("{SCHEMA} Value is not a Reference Path: Reference path didn't start with '$' at /States/S");
    assert_eq!(of_rule(json!({"Variable": "a", "IsNull": true})), [format!("{text}/Choices[0]/Variable")]);
    assert_eq!(
        of_rule(json!({"Variable": "$.a", "StringEqualsPath": "b"})),
        [format!("{text}/Choices[0]/StringEqualsPath")]
    );
}

#[test]
fn an_object_is_one_condition() {
    let text =
        "The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/S";
    let test = json!({"Variable": "$.a", "IsNull": true});
    let mut both = test.clone();
    both["And"] = json!([test]);
    assert_eq!(of_rule(both), [format!("{SCHEMA} {text}/Choices[0]")]);
    assert_eq!(of_rule(json!({})), [format!("{SCHEMA} {text}/Choices[0]")]);
    assert_eq!(of_rule(json!({"Not": {"IsNull": true}})), [format!("{SCHEMA} {text}/Choices[0]/Not")]);
    assert_eq!(
        of_rule(json!({"Condition": "{% true %}"})),
        [format!(
            "{SCHEMA} The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage at /States/S/Choices[0]"
        )]
    );
}

#[test]
fn lists_that_decide_have_items() {
    let text = format!("{SCHEMA} Value cannot be empty at /States/S");
    assert_eq!(of_rule(json!({"And": []})), [format!("{text}/Choices[0]/And")]);
    assert_eq!(of_rule(json!({"Or": []})), [format!("{text}/Choices[0]/Or")]);
    assert_eq!(found(json!({"Type": "Parallel", "Branches": [], "End": true})), [format!("{text}/Branches")]);
    let task = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Retry": [{"ErrorEquals": []}], "End": true
    });
    assert_eq!(found(task), [format!("{text}/Retry[0]/ErrorEquals")]);
    let inner = json!({"StartAt": "B", "States": {}});
    let parallel = json!({"Type": "Parallel", "Branches": [inner], "End": true});
    assert_eq!(found(parallel), [format!("{text}/Branches[0]/States")]);
}

#[test]
fn a_retry_may_follow_at_once() {
    let task = |retrier: Value| json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Retry": [retrier], "End": true});
    assert!(found(task(json!({"ErrorEquals": ["E"], "IntervalSeconds": 0, "MaxAttempts": 0}))).is_empty());
    assert_eq!(
        found(task(json!({"ErrorEquals": ["E"], "MaxDelaySeconds": 0}))),
        [format!("{SCHEMA} Minimum value is 1 at /States/S/Retry[0]/MaxDelaySeconds")]
    );
}

#[test]
fn a_wait_is_for_one_thing() {
    let fields = "one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S";
    assert_eq!(
        found(json!({"Type": "Wait", "End": true})),
        [format!("{SCHEMA} This object should have only {fields}")]
    );
    assert_eq!(
        found(json!({"Type": "Wait", "Seconds": 1, "SecondsPath": "$.s", "End": true})),
        [format!("{SCHEMA} There should only be {fields}")]
    );
}

#[test]
fn a_map_has_one_processor() {
    let fields = "one of the following fields: [ItemProcessor, Iterator] at /States/S";
    assert_eq!(found(json!({"Type": "Map", "End": true})), [format!("{SCHEMA} This object should have only {fields}")]);
    let item = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Pass", "End": true}}});
    let both = json!({"Type": "Map", "ItemProcessor": item("P"), "Iterator": item("Q"), "End": true});
    assert_eq!(found(both), [format!("{SCHEMA} There should only be {fields}")]);
}

#[test]
fn a_resource_is_an_arn() {
    let task = |resource: &str| json!({"Type": "Task", "Resource": resource, "End": true});
    for resource in ["", "nope", "ARN:aws:states:::sqs:sendMessage", "$.arn"] {
        let text = format!("{SCHEMA} Value is not a valid resource ARN at /States/S/Resource");
        assert_eq!(found(task(resource)), [text], "{resource}");
    }
    let mut activity = task("arn:aws:states:us-east-1:111111111111:activity:a");
    activity["Credentials"] = json!({"RoleArn": "arn:aws:iam::111111111111:role/r"});
    assert_eq!(
        found(activity),
        [format!("{SCHEMA} The field 'Credentials' is not supported for activities at /States/S")]
    );
}

#[test]
fn values_are_of_their_fields_types() {
    let text = |kind: &str, place: &str| [format!("{SCHEMA} Expected value of type [{kind}] at /States/S{place}")];
    let integer = |place: &str| [format!("{SCHEMA} Expected value of type Integer at /States/S{place}")];
    for wrong in [json!("1"), json!(1.5), json!(null), json!({})] {
        let wait = json!({"Type": "Wait", "Seconds": wrong, "End": true});
        assert_eq!(found(wait), integer("/Seconds"), "{wrong}");
        let task = json!({
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "TimeoutSeconds": wrong, "End": true
        });
        assert_eq!(found(task), integer("/TimeoutSeconds"), "{wrong}");
    }
    for (field, wrong, kind) in [("Comment", json!(1), "STRING"), ("Assign", json!(["x"]), "OBJECT")] {
        let mut state = json!({"Type": "Pass", "End": true});
        state[field] = wrong;
        assert_eq!(found(state), text(kind, &format!("/{field}")));
    }
    assert_eq!(of_rule(json!({"And": "x"})), text("ARRAY", "/Choices[0]/And"));
    assert_eq!(of_rule(json!({"Not": []})), text("OBJECT", "/Choices[0]/Not"));
    for (errors, kind, place) in [(json!("E"), "ARRAY", ""), (json!(["E", 1]), "STRING", "[1]")] {
        let task = json!({
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Retry": [{"ErrorEquals": errors}], "End": true
        });
        assert_eq!(found(task), text(kind, &format!("/Retry[0]/ErrorEquals{place}")));
    }
    for (operator, operand, kind) in [
        ("StringEquals", json!(1), "STRING"),
        ("TimestampEquals", json!(1), "STRING"),
        ("NumericEquals", json!("1"), "NUMBER"),
        ("BooleanEquals", json!("true"), "BOOLEAN"),
        ("IsPresent", json!("true"), "BOOLEAN"),
        ("StringMatches", json!(["*"]), "STRING"),
        ("NumericEqualsPath", json!(1), "STRING"),
    ] {
        let mut rule = json!({"Variable": "$.a"});
        rule[operator] = operand;
        assert_eq!(of_rule(rule), text(kind, &format!("/Choices[0]/{operator}")), "{operator}");
    }
}

#[test]
fn a_field_with_a_dollar_holds_a_text() {
    for (value, kind) in [(json!([1]), "an ARRAY"), (json!({}), "an OBJECT"), (json!(1), "a NUMBER")] {
        assert_eq!(
            found(json!({"Type": "Pass", "Parameters": {"a": {"v.$": value}}, "End": true})),
            [format!(
                "{SCHEMA} The value for the field 'v.$' must be a STRING that contains a JSONPath but was {kind} at /States/S/Parameters/a"
            )]
        );
    }
}

#[test]
fn express_machines_have_no_activities_and_no_distributed_maps() {
    let refused = |state: Value| {
        let machine = Machine::parse(&with_state(state).to_string()).unwrap();
        machine.check_kind(Kind::Express).unwrap_err().to_string()
    };
    let start = format!("Invalid State Machine Definition: '{SCHEMA}");
    let activity = "arn:aws:states:us-east-1:111111111111:activity:a";
    assert_eq!(
        refused(json!({"Type": "Task", "Resource": activity, "End": true})),
        format!("{start} Express state machine does not support Activity ARN at /States/S/Resource'")
    );
    for field in ["ItemProcessor", "Iterator"] {
        let mut map = json!({"Type": "Map", "End": true});
        map[field] = json!({
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        });
        let text = "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
        assert_eq!(refused(map), format!("{start} {text} at /States/S/{field}/ProcessorConfig/Mode'"));
    }
}
