//! Wrong Map states and what is said about them.

use asl::Machine;
use serde_json::{Value, json};

/// A Map with these fields and this `ProcessorConfig`.
fn map(config: Value, fields: Value) -> Value {
    let mut map = json!({"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": config, "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}
    }});
    map.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    map
}

fn distributed(fields: Value) -> Value {
    map(json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}), fields)
}

fn reading(config: Value) -> Value {
    distributed(json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config}}))
}

fn findings(map: &Value) -> Vec<String> {
    super::findings(&json!({"StartAt": "M", "States": {"M": map}}))
}

#[test]
fn a_reader_and_a_writer_call_the_actions_that_they_can() {
    for action in ["s3:getObject", "s3:listObjectsV2"] {
        let reader = json!({"Resource": format!("arn:aws:states:::{action}")});
        assert!(findings(&distributed(json!({"ItemReader": reader}))).is_empty(), "{action}");
    }
    for (field, action) in [
        ("ItemReader", "s3:listObjects"),
        ("ItemReader", "sqs:sendMessage"),
        ("ItemReader", "s3:putObject"),
        ("ResultWriter", "s3:getObject"),
    ] {
        let mut fields = json!({});
        fields[field] = json!({"Resource": format!("arn:aws:states:::{action}")});
        assert_eq!(
            findings(&distributed(fields)),
            [format!(
                "SCHEMA_VALIDATION_FAILED: The field 'Resource' does not match any of the allowed values at /States/M/{field}/Resource"
            )]
        );
    }
}

#[test]
fn a_reader_says_what_its_input_needs() {
    let place = "at /States/M/ItemReader/ReaderConfig";
    let cases = [
        (json!({"InputType": "CSV"}), "The field 'CSVHeaderLocation' is required"),
        (json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}), "These fields are required: [CSVHeaders]"),
        (json!({"InputType": "JSON", "CSVHeaderLocation": "FIRST_ROW"}), "Field 'CSVHeaderLocation' is not supported"),
    ];
    for (config, message) in cases {
        assert_eq!(findings(&reading(config)), [format!("SCHEMA_VALIDATION_FAILED: {message} {place}")]);
    }
    assert_eq!(
        findings(&reading(json!({"InputType": "XML"}))),
        [format!(
            "SCHEMA_VALIDATION_FAILED: Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST] {place}/InputType"
        )]
    );
    assert!(findings(&reading(json!({"InputType": "CSV", "ManifestType": "ATHENA_DATA"}))).is_empty());
}

#[test]
fn what_the_engine_cannot_read_is_known_when_the_machine_is_made() {
    let definition = json!({"StartAt": "M", "States": {"M": reading(json!({"InputType": "PARQUET"}))}});
    let machine = Machine::parse(&definition.to_string()).unwrap();
    let place = "/States/M/ItemReader/ReaderConfig/InputType".to_owned();
    assert_eq!(machine.unread_inputs(), [(place, "PARQUET")]);
}

#[test]
fn an_inline_map_reads_batches_and_writes_nothing() {
    let inline = json!({"Mode": "INLINE"});
    let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject"}});
    assert_eq!(
        findings(&map(inline.clone(), reader)),
        ["SCHEMA_VALIDATION_FAILED: Field 'ItemReader' is not supported at /States/M"]
    );
    assert_eq!(
        findings(&map(json!({"Mode": "INLINE", "ExecutionType": "EXPRESS"}), json!({}))),
        ["SCHEMA_VALIDATION_FAILED: Field 'ExecutionType' is not supported at /States/M/ItemProcessor/ProcessorConfig"]
    );
    // AWS takes these, though an inline Map tolerates nothing.
    assert!(findings(&map(inline, json!({"ToleratedFailureCount": 1}))).is_empty());
}

#[test]
fn a_label_is_for_one_map() {
    let mut first = distributed(json!({"Label": "L", "Next": "N"}));
    first.as_object_mut().unwrap().remove("End");
    let mut second = distributed(json!({"Label": "L"}));
    second["ItemProcessor"]["StartAt"] = json!("J");
    second["ItemProcessor"]["States"] = json!({"J": {"Type": "Pass", "End": true}});
    let definition = json!({"StartAt": "M", "States": {"M": first, "N": second}});
    assert_eq!(super::findings(&definition), ["DUPLICATE_LABEL_NAME: Duplicate Label name: L at /States/N/Label"]);
}
