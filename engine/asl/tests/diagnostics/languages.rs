//! Query languages and where they are declared.

use serde_json::{Value, json};

fn findings(state: Value) -> Vec<String> {
    super::findings(&super::with_state(state))
}

const ENUM: &str =
    "SCHEMA_VALIDATION_FAILED: Value should be one of the following: [JSONPath, JSONata] at /States/S/QueryLanguage";

fn of_other(field: &str) -> String {
    format!(
        "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field '{field}' is only supported for the 'JSONPath' QueryLanguage at /States/S"
    )
}

#[test]
fn what_is_not_spelled_as_jsonpath_is_jsonata_and_told_after_its_fields() {
    let state = |language: Value, field: &str| {
        findings(json!({"Type": "Pass", "QueryLanguage": language, field: "$.a", "End": true}))
    };
    assert_eq!(state(json!("jsonata"), "InputPath"), [of_other("InputPath"), ENUM.to_owned()]);
    assert_eq!(state(json!("foo"), "Output"), [ENUM]);
    let of_type = "SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/QueryLanguage".to_owned();
    assert_eq!(state(json!(5), "InputPath"), [of_other("InputPath"), of_type]);
    let machine = json!({"QueryLanguage": "jsonpath", "StartAt": "S", "States": {
        "S": {"Type": "Pass", "InputPath": "$.a", "End": true}
    }});
    let told = super::findings(&machine);
    assert!(told[0].ends_with("at /QueryLanguage"), "{told:?}");
    assert_eq!(told[1], of_other("InputPath"));
}

#[test]
fn a_state_that_goes_back_to_jsonpath_is_told_that_alone() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": {"Type": "Pass", "QueryLanguage": "JSONPath", "Output": {"v": 1}, "End": true}
    }});
    assert_eq!(super::findings(&machine).len(), 1);
}

#[test]
fn branches_and_processors_declare_no_language() {
    let inner = json!({"QueryLanguage": "JSONata", "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    let told =
        |at: &str| [format!("SCHEMA_VALIDATION_FAILED: Field 'QueryLanguage' is not supported at /States/S/{at}")];
    for field in ["ItemProcessor", "Iterator"] {
        assert_eq!(findings(json!({"Type": "Map", field: inner, "End": true})), told(field));
    }
    assert_eq!(findings(json!({"Type": "Parallel", "Branches": [inner], "End": true})), told("Branches[0]"));
}

#[test]
fn a_catcher_has_the_fields_of_its_states_language() {
    let task = |field: &str| {
        findings(json!({
            "Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}], "End": true,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S", field: "$.e"}]
        }))
    };
    assert!(task("ResultPath").is_empty());
    assert!(task("Comment").is_empty());
    assert_eq!(
        task("Output"),
        [
            "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S/Catch[0]"
        ]
    );
}

#[test]
fn a_rule_is_of_its_states_language() {
    let rule = |language: &str, rule: Value| {
        let mut rule = rule;
        rule["Next"] = json!("E");
        super::findings(&json!({"QueryLanguage": language, "StartAt": "S", "States": {
            "S": {"Type": "Choice", "Choices": [rule]}, "E": {"Type": "Succeed"}
        }}))
    };
    let at = "at /States/S/Choices[0]";
    let other = |declared: &str, field: &str, other: &str| {
        format!(
            "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to '{declared}', but field '{field}' is only supported for the '{other}' QueryLanguage {at}"
        )
    };
    let one = format!(
        "SCHEMA_VALIDATION_FAILED: The object must have only one of the following fields, [And, Or, Not, Variable, Condition] {at}"
    );
    let test = json!({"Variable": "$.a", "IsNull": true, "Comment": "c", "Assign": {"x": 1}});
    assert!(rule("JSONPath", test.clone()).is_empty());
    assert!(rule("JSONata", json!({"Condition": true, "Output": 1, "Comment": "c", "Assign": {"x": 1}})).is_empty());
    assert_eq!(rule("JSONata", json!({"Not": test})), [other("JSONata", "Not", "JSONPath")]);
    assert_eq!(rule("JSONata", json!({})), std::slice::from_ref(&one));
    let mut both = test.clone();
    both["Condition"] = json!(true);
    assert_eq!(rule("JSONPath", both), [other("JSONPath", "Condition", "JSONata"), one]);
    let mut unknown = test.clone();
    unknown["Foo"] = json!(1);
    assert_eq!(rule("JSONPath", unknown), [format!("SCHEMA_VALIDATION_FAILED: Field 'Foo' is not supported {at}")]);
    let mut output = test;
    output["Output"] = json!(1);
    assert_eq!(rule("JSONPath", output), [other("JSONPath", "Output", "JSONata")]);
}
