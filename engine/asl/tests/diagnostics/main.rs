//! Wrong definitions and what is said about them.

#![allow(clippy::unwrap_used)]

mod expressions;
mod graphs;
mod languages;
mod maps;
mod shapes;

use asl::{Kind, Machine};
use serde_json::{Value, json};

/// The findings as `code: message at location`.
fn findings(definition: &Value) -> Vec<String> {
    match Machine::parse(&definition.to_string()) {
        Ok(_) => Vec::new(),
        Err(invalid) => invalid
            .diagnostics
            .iter()
            .map(|finding| format!("{}: {} at {}", finding.code, finding.message, finding.location))
            .collect(),
    }
}

fn with_state(state: Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

#[test]
fn missing_fields_are_named_together() {
    assert_eq!(findings(&json!({})), ["SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"]);
    let text = Machine::parse("{\"StartAt\":\"A\"}").unwrap_err().to_string();
    assert_eq!(
        text,
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'"
    );
}

#[test]
fn text_that_is_no_object_is_refused() {
    for other in ["", "  ", "null", "[]", "\"x\""] {
        let text = Machine::parse(other).unwrap_err().to_string();
        assert_eq!(
            text,
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'"
        );
    }
    for definition in ["{", "nope", "{\"a\":1}}"] {
        let invalid = Machine::parse(definition).unwrap_err();
        assert_eq!(invalid.diagnostics[0].code, "INVALID_JSON_DESCRIPTION", "{definition}");
    }
}

#[test]
fn targets_must_exist_and_a_near_miss_gets_a_hint() {
    let invalid = Machine::parse(
        &json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "Next": "done"}, "Done": {"Type": "Succeed"}}})
            .to_string(),
    )
    .unwrap_err();
    let finding = &invalid.diagnostics[0];
    assert_eq!(finding.code, "MISSING_TRANSITION_TARGET");
    assert_eq!(finding.message, "Missing 'Next' target: done");
    assert_eq!(finding.location, "/States/S/Next");
    assert_eq!(finding.state.as_deref(), Some("S"));
    assert_eq!(finding.hint.as_deref(), Some("did you mean Done?"));
}

#[test]
fn names_are_unique_in_the_whole_machine() {
    let twice = r#"{"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}, "S": {"Type": "Succeed"}}}"#;
    let finding = &Machine::parse(twice).unwrap_err().diagnostics[0];
    assert_eq!(finding.code, "INVALID_JSON_DESCRIPTION");
    assert!(finding.message.starts_with("Duplicate field 'S'\n at [Source: (String)\""), "{}", finding.message);
    let inner = json!({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}});
    let nested = with_state(json!({"Type": "Parallel", "Branches": [inner], "End": true}));
    assert_eq!(findings(&nested), ["DUPLICATE_STATE_NAME: Duplicate State name: S at /States/S/Branches[0]/States/S"]);
}

#[test]
fn an_integration_is_given_what_it_cannot_do_without() {
    let missing = |resource: &str, field: &str, given: Value| {
        let mut state = json!({"Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "End": true});
        state[field] = given;
        if field == "Arguments" {
            state["QueryLanguage"] = json!("JSONata");
        }
        findings(&with_state(state))
    };
    assert_eq!(
        missing("lambda:invoke", "Parameters", json!({"Payload": 1})),
        ["SCHEMA_VALIDATION_FAILED: The field 'FunctionName' is required but was missing at /States/S/Parameters"]
    );
    assert_eq!(
        missing("sqs:sendMessage.waitForTaskToken", "Arguments", json!({"QueueUrl": "q"})),
        ["SCHEMA_VALIDATION_FAILED: The field 'MessageBody' is required but was missing at /States/S/Arguments"]
    );
    assert!(missing("lambda:invoke", "Parameters", json!({"FunctionName.$": "$.f"})).is_empty());
    assert!(missing("lambda:invoke", "Arguments", json!("{% $states.input %}")).is_empty());
}

#[test]
fn what_is_hardly_meant_is_a_warning() {
    let warnings = |state: Value| -> Vec<String> {
        let machine = Machine::parse(&with_state(state).to_string()).unwrap();
        machine.warnings().iter().map(|finding| format!("{} at {}", finding.code, finding.location)).collect()
    };
    let parameters = json!({"a": "$.a", "b": {"c": ["States.UUID()"], "d": "States.UUID()"}, "e.$": "$.e", "f": "$5"});
    assert_eq!(
        warnings(json!({"Type": "Pass", "Parameters": parameters, "End": true})),
        ["NO_DOLLAR at /States/S/Parameters/a", "NO_DOLLAR at /States/S/Parameters/b/d"]
    );
    assert_eq!(
        warnings(json!({"Type": "Pass", "Result": {"a": ["$.b"]}, "End": true})),
        ["PASS_RESULT_IS_STATIC at /States/S/Result"]
    );
    assert_eq!(warnings(json!({"Type": "Fail", "Error": "$.error"})), ["NO_PATH at /States/S/Error"]);
    let rule = json!({"Not": {"Variable": "$.a", "StringEquals": "$.b"}, "Next": "S"});
    let machine = json!({"StartAt": "S", "States": {
        "S": {"Type": "Choice", "Choices": [rule], "Default": "E"}, "E": {"Type": "Succeed"}
    }});
    let machine = Machine::parse(&machine.to_string()).unwrap();
    let told: Vec<_> =
        machine.warnings().iter().map(|finding| format!("{} at {}", finding.code, finding.location)).collect();
    assert_eq!(told, ["NO_PATH at /States/S/Choices[0]/Not/StringEquals"]);
    assert!(warnings(json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "$.a", "End": true})).is_empty());
}

#[test]
fn states_that_nothing_leads_to_are_found() {
    let definition = json!({"StartAt": "S", "States": {"S": {"Type": "Succeed"}, "Lost": {"Type": "Succeed"}}});
    assert_eq!(findings(&definition), ["MISSING_TRANSITION_TARGET: State \"Lost\" is not reachable. at /States/Lost"]);
}

#[test]
fn every_finding_is_told() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "nonsense", "End": true},
        "B": {"Type": "Wait", "Seconds": -1, "End": true},
        "C": {"Type": "Nope"}
    }});
    assert_eq!(findings(&definition).len(), 3);
}

#[test]
fn fields_are_checked_where_they_are() {
    let cases = [
        (
            json!({"Type": "Pass"}),
            "SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/S",
        ),
        (
            json!({"Type": "Wait", "Seconds": -1, "End": true}),
            "SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/S/Seconds",
        ),
        (
            json!({"Type": "Wait", "Timestamp": "05-12-2016T21:29:29Z", "End": true}),
            "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/S/Timestamp",
        ),
        (
            json!({"Type": "Pass", "Parameters": {"v.$": "States.Nope()"}, "End": true}),
            "SCHEMA_VALIDATION_FAILED: The value for the field 'v.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:query", "End": true}),
            "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Credentials": {}, "End": true}),
            "SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/S/Credentials",
        ),
        (
            json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "Next": "S"}]}),
            "SCHEMA_VALIDATION_FAILED: Choice rule must have exactly one comparison operator at /States/S/Choices[0]",
        ),
        (
            json!({"Type": "Pass", "Color": "red", "End": true}),
            "SCHEMA_VALIDATION_FAILED: Field 'Color' is not supported at /States/S",
        ),
        (
            json!({"Type": "Pass", "Output": 1, "End": true}),
            "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S",
        ),
        (
            json!({"Type": "Wait", "QueryLanguage": "JSONata", "SecondsPath": "$.s", "End": true}),
            "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'SecondsPath' is only supported for the 'JSONPath' QueryLanguage at /States/S",
        ),
        (
            json!({"Type": "Pass", "ResultPath": "$.a[*]", "End": true}),
            "SCHEMA_VALIDATION_FAILED: Value is not a Reference Path: $.a[*] at /States/S/ResultPath",
        ),
    ];
    for (state, expected) in cases {
        assert_eq!(findings(&with_state(state)), [expected]);
    }
}

#[test]
fn a_state_cannot_go_back_to_jsonpath() {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}
    }});
    assert_eq!(
        findings(&definition),
        [
            "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S"
        ]
    );
}

#[test]
fn express_machines_cannot_wait_for_jobs_and_tokens() {
    let text = |resource: &str| {
        let definition = with_state(json!({"Type": "Task", "Resource": resource, "End": true}));
        Machine::parse(&definition.to_string())
            .unwrap()
            .check_kind(Kind::Express)
            .map_err(|invalid| invalid.to_string())
    };
    assert!(text("arn:aws:states:::sqs:sendMessage").is_ok());
    assert_eq!(
        text("arn:aws:states:::states:startExecution.sync").unwrap_err(),
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/S/Resource'"
    );
}

#[test]
fn the_wildcard_of_all_errors_stands_alone_and_last() {
    let text = "SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and at end of list at /States/S/";
    let found = |field: &str, policies: Value| {
        let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true});
        state[field] = policies;
        findings(&with_state(state))
    };
    let beside = json!([{"ErrorEquals": ["States.ALL", "Busy"], "Next": "S"}]);
    assert_eq!(found("Catch", beside), [format!("{text}Catch[0]/ErrorEquals")]);
    let before = json!([{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["Busy"]}]);
    assert_eq!(found("Retry", before), [format!("{text}Retry[0]/ErrorEquals")]);
    assert!(found("Retry", json!([{"ErrorEquals": ["Busy"]}, {"ErrorEquals": ["States.ALL"]}])).is_empty());
}

#[test]
fn only_the_rule_itself_leads_on() {
    let inner = json!({"Variable": "$.a", "IsNull": true, "Next": "T"});
    for (operator, nested, place) in
        [("And", json!([inner]), "And[0]"), ("Or", json!([inner]), "Or[0]"), ("Not", inner.clone(), "Not")]
    {
        let mut rule = json!({"Next": "T"});
        rule[operator] = nested;
        let definition = json!({"StartAt": "S", "States": {
            "S": {"Type": "Choice", "Choices": [rule]}, "T": {"Type": "Succeed"}
        }});
        let expected =
            format!("SCHEMA_VALIDATION_FAILED: Field 'Next' is not supported at /States/S/Choices[0]/{place}");
        assert_eq!(findings(&definition), [expected]);
    }
}

#[test]
fn actions_of_the_sdk_begin_with_a_small_letter() {
    let found = |resource: &str| {
        let resource = format!("arn:aws:states:::aws-sdk:{resource}");
        findings(&with_state(json!({"Type": "Task", "Resource": resource, "End": true})))
    };
    assert!(found("s3:getObject").is_empty());
    assert!(found("sfn:startExecution.waitForTaskToken").is_empty());
    for wrong in ["s3:GetObject", "sfn:startExecution.sync"] {
        assert!(found(wrong)[0].contains("is not recognized"), "{wrong}");
    }
}

#[test]
fn variables_have_names_that_can_be_referred_to() {
    let found = |assign: Value| findings(&with_state(json!({"Type": "Pass", "Assign": assign, "End": true})));
    assert!(found(json!({"x": 1, "größe.$": "$.n"})).is_empty());
    assert_eq!(
        found(json!({"a-b": 1})),
        [
            "INVALID_VARIABLE_NAME: Invalid variable name 'a-b': the variable name contains invalid characters. at /States/S/Assign/a-b"
        ]
    );
    assert_eq!(
        found(json!({"states": 1})),
        ["RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/S/Assign/states"]
    );
    let catcher = json!([{"ErrorEquals": ["Busy"], "Assign": {"$x": 1}, "Next": "S"}]);
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Catch": catcher, "End": true});
    assert!(findings(&with_state(task))[0].ends_with("at /States/S/Catch[0]/Assign/$x"));
}

#[test]
fn a_name_may_be_assigned_inside_and_outside() {
    // AWS's guide says otherwise, its service doesn't.
    let branch = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"x": 1}, "End": true}}});
    let outside = json!({"Type": "Parallel", "Branches": [branch], "Assign": {"x": 2}, "End": true});
    assert!(findings(&with_state(outside)).is_empty());
}

#[test]
fn depth_is_bounded() {
    let mut state = json!({"Type": "Pass", "End": true});
    for _ in 0..40 {
        state = json!({"Type": "Parallel", "End": true, "Branches": [{"StartAt": "S", "States": {"S": state}}]});
    }
    let found = findings(&with_state(state));
    assert!(found[0].starts_with("TOO_DEEPLY_NESTED: The states are too deeply nested"), "{found:?}");
}

#[test]
fn what_was_accepted_once_runs_on_whatever_is_refused_since() {
    let sqs = |field: &str, value: serde_json::Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true});
        task[field] = value;
        task
    };
    let item = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let map = |field: &str, value: serde_json::Value| {
        let mut map = json!({"Type": "Map", "ItemProcessor": item, "End": true});
        map[field] = value;
        map
    };
    let nested = json!({"And": [{"Variable": "$.a", "IsPresent": true, "Next": "S"}], "Next": "S"});
    for state in [
        sqs("Parameters", json!({"QueueUrl": "q", "MessageBody": "m", "Foo": 1})),
        sqs("Catch", json!([{"ErrorEquals": ["States.ALL", "X"], "Next": "S"}])),
        json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:GetObject", "End": true}),
        json!({"Type": "Choice", "Choices": [nested]}),
        json!({"Type": "Pass", "Assign": {"a-b": 1}, "End": true}),
        map("ItemBatcher", json!({"MaxItemsPerBatch": 2})),
    ] {
        let definition = with_state(state);
        assert!(Machine::parse(&definition.to_string()).is_err(), "{definition}");
        let machine = Machine::parse_accepted(&definition.to_string()).unwrap();
        assert!(!machine.warnings().is_empty(), "{definition}");
    }
    assert!(Machine::parse_accepted(r#"{"StartAt": "A"}"#).is_err());
}

#[test]
fn variables_that_states_refer_to_are_listed() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1, "y.$": "$.n"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"s.$": "States.Format('{}{}', $x, $y)"}, "Next": "C"},
        "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% ($z := $x; $sum([$z, $states.input.s])) %}", "End": true}
    }});
    let machine = Machine::parse(&definition.to_string()).unwrap();
    let listed: Vec<_> = machine
        .variable_references()
        .into_iter()
        .map(|(state, names)| format!("{state}: {}", names.join(" ")))
        .collect();
    assert_eq!(listed, ["B: x y", "C: x"]);
}
