//! Wrong JSONata and what is said about it.

use serde_json::{Value, json};

fn findings(state: Value) -> Vec<String> {
    let mut machine = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": state}});
    if machine["States"]["S"]["Type"] != "Fail" {
        machine["States"]["S"]["End"] = json!(true);
    }
    super::findings(&machine)
}

fn of_output(expression: &str) -> Vec<String> {
    findings(json!({"Type": "Pass", "Output": format!("{{% {expression} %}}")}))
}

#[test]
fn an_expression_that_cannot_be_parsed_is_refused_in_the_words_of_the_parser() {
    let at = "at /States/S/Output";
    assert_eq!(of_output("1 +"), [format!("INVALID_JSONATA_EXPRESSION: Unexpected end of expression {at}")]);
    assert_eq!(of_output("a[1,2)"), [format!("INVALID_JSONATA_EXPRESSION: Expected \"]\", got \",\" {at}")]);
    let text = asl::Machine::parse(
        &json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
            "S": {"Type": "Pass", "Output": "{% 1 + %}", "End": true}
        }})
        .to_string(),
    );
    assert_eq!(
        text.unwrap_err().to_string(),
        "Invalid State Machine Definition: 'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/Output'"
    );
}

#[test]
fn what_no_expression_can_refer_to_is_refused_where_it_is() {
    let top = |name: &str, at: &str| {
        vec![format!(
            "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '{name}' at the top level is not supported. at /States/S/{at}"
        )]
    };
    assert_eq!(
        findings(json!({"Type": "Pass", "Output": {"a": {"b": ["{% phone %}"]}}})),
        top("phone", "Output/a/b[0]")
    );
    assert_eq!(findings(json!({"Type": "Pass", "Assign": {"v": "{% $.phone %}"}})), top("$", "Assign/v"));
    assert_eq!(findings(json!({"Type": "Wait", "Seconds": "{% phone %}"})), top("phone", "Seconds"));
    assert_eq!(findings(json!({"Type": "Fail", "Cause": "{% phone %}"})), top("phone", "Cause"));
    assert_eq!(
        of_output("$$"),
        ["UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/S/Output"]
    );
    assert!(of_output("$states.input.items[phone > 3]").is_empty());
    assert!(findings(json!({"Type": "Pass", "Comment": "{% phone %}"})).is_empty());
}

#[test]
fn results_and_errors_are_there_where_they_come_to_be() {
    let missing = |member: &str, at: &str| {
        vec![format!("UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.{member}' does not exist. at /States/S/{at}")]
    };
    assert_eq!(of_output("$states.result"), missing("result", "Output"));
    let task = |fields: Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"});
        task.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        findings(task)
    };
    assert!(task(json!({"Output": "{% $states.result %}", "Assign": {"r": "{% $states.result %}"}})).is_empty());
    assert_eq!(task(json!({"Arguments": "{% $states.result %}"})), missing("result", "Arguments"));
    assert_eq!(task(json!({"Output": "{% $states.errorOutput %}"})), missing("errorOutput", "Output"));
    let caught = |expression: &str| {
        task(json!({"Catch": [{
            "ErrorEquals": ["States.ALL"], "Next": "S", "Output": expression, "Assign": {"e": expression}
        }]}))
    };
    assert!(caught("{% $states.errorOutput.Cause %}").is_empty());
    assert_eq!(caught("{% $states.result %}")[0], missing("result", "Catch[0]/Output")[0]);
}

#[test]
fn a_wrong_expression_is_told_once() {
    let invalid =
        |field: &str| vec![format!("INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/{field}")];
    let wrong = "{% 1 + %}";
    assert_eq!(findings(json!({"Type": "Wait", "Seconds": wrong})), invalid("Seconds"));
    assert_eq!(findings(json!({"Type": "Wait", "Timestamp": wrong})), invalid("Timestamp"));
    assert_eq!(findings(json!({"Type": "Fail", "Error": wrong})), invalid("Error"));
    assert_eq!(
        findings(json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": wrong})),
        invalid("TimeoutSeconds")
    );
    let processor = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    assert_eq!(findings(json!({"Type": "Map", "Items": wrong, "ItemProcessor": processor})), invalid("Items"));
    let choice = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": {"Type": "Choice", "Choices": [{"Condition": wrong, "Next": "E"}]}, "E": {"Type": "Succeed"}
    }});
    assert_eq!(super::findings(&choice), invalid("Choices[0]/Condition"));
}

#[test]
fn a_wrong_expression_in_a_configuration_is_told_once() {
    let map = json!({
        "Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": "{% phone %}"}, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "I", "States": {"I": {"Type": "Succeed"}}
        }
    });
    assert_eq!(
        findings(map),
        [
            "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/S/ItemBatcher/MaxItemsPerBatch"
        ]
    );
}
