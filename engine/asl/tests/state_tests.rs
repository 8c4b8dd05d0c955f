//! A state run by itself, as `TestState` runs it.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::sync::Arc;

use asl::{Action, Cause, Execution, Items, Machine, Mock, Payload, StateTest, Stimulus, Value};
use serde_json::{Value as Json, json};

fn test(definition: &Json, name: Option<&str>, input: &str, test: StateTest) -> Result<Json, String> {
    let text = definition.to_string();
    let machine = if definition.get("States").is_some() { Machine::parse(&text) } else { Machine::parse_state(&text) };
    let seed = support::seed(input);
    let at = seed.started_at;
    let machine = Arc::new(machine.map_err(|invalid| invalid.to_string())?);
    let mut execution = Execution::test(machine, name, seed, test).map_err(|untestable| untestable.to_string())?;
    execution.apply(&Stimulus { at, entropy: 1, cause: Cause::Start });
    Ok(execution.tested().ok_or("not ended")?.to_api(true))
}

fn mocked(text: &str) -> StateTest {
    StateTest { mock: Some(Mock::Result(Payload::parse(text).unwrap())), ..StateTest::default() }
}

fn failing(error: &str) -> StateTest {
    StateTest { mock: Some(Mock::Error { error: Some(error.into()), cause: None }), ..StateTest::default() }
}

#[test]
fn every_stage_of_the_data_is_shown() {
    let state = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "InputPath": "$.a",
        "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "ResultSelector": {"r.$": "$.Payload"},
        "ResultPath": "$.b", "OutputPath": "$.b", "Next": "Elsewhere"
    });
    let answer = test(&state, None, r#"{"a":{"x":[1,2]}}"#, mocked(r#"{"Payload":7}"#)).unwrap();
    assert_eq!(
        answer,
        json!({
            "status": "SUCCEEDED", "output": "{\"r\": 7}", "nextState": "Elsewhere",
            "inspectionData": {
                "input": "{\"a\": {\"x\": [1, 2]}}",
                "afterInputPath": "{\"x\": [1, 2]}",
                "afterParameters": "{\"FunctionName\": \"f\", \"Payload\": {\"x\": [1, 2]}}",
                "result": "{\"Payload\": 7}",
                "afterResultSelector": "{\"r\": 7}",
                "afterResultPath": "{\"a\": {\"x\": [1, 2]}, \"b\": {\"r\": 7}}"
            }
        })
    );
}

#[test]
fn retriers_and_catchers_are_told_and_not_followed() {
    let state = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Other"], "Next": "A"}, {"ErrorEquals": ["States.ALL"], "Next": "B"}]
    });
    let first = test(&state, None, "{}", StateTest { retrier_retry_count: Some(1), ..failing("Busy") }).unwrap();
    assert_eq!(first["status"], "RETRIABLE");
    assert_eq!(first["inspectionData"]["errorDetails"], json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 6}));
    let last = test(&state, None, "{}", StateTest { retrier_retry_count: Some(2), ..failing("Busy") }).unwrap();
    assert_eq!((&last["status"], &last["nextState"]), (&json!("CAUGHT_ERROR"), &json!("B")));
    assert_eq!(last["inspectionData"]["errorDetails"], json!({"retryIndex": 0, "catchIndex": 1}));
}

#[test]
fn context_and_variables_are_those_given() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Output": "{% [$states.context.Execution.Name, $v] %}"
        }
    }});
    let setup = StateTest {
        context: Value::parse(r#"{"Execution":{"Name":"n"}}"#).ok(),
        variables: asl::Object::from_iter([("v".into(), Value::from(3_i64))]),
        ..mocked("{}")
    };
    let answer = test(&machine, Some("B"), "{}", setup).unwrap();
    assert_eq!(answer["output"], "[\"n\", 3]");
    assert_eq!(answer["inspectionData"]["variables"], "{\"v\": 3}");
}

#[test]
fn what_configures_a_mock_needs_one() {
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
    for (setup, member) in [
        (StateTest { retrier_retry_count: Some(0), ..StateTest::default() }, "RetrierRetryCount"),
        (StateTest { map_iteration_failure_count: Some(0), ..StateTest::default() }, "MapIterationFailureCount"),
        (StateTest { context: Some(Value::default()), ..StateTest::default() }, "Context"),
    ] {
        let told = format!("TestState does not support {member} when a mock is not specified.");
        assert_eq!(test(&task, None, "{}", setup).unwrap_err(), told);
    }
}

#[test]
fn a_map_that_writes_its_results_is_mocked_with_where_they_are() {
    let map = json!({
        "Type": "Map", "End": true,
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}
        }
    });
    assert_eq!(test(&map, None, "[1]", mocked("[1]")).unwrap_err(), "Mocked result must be an object.");
    let answer = test(&map, None, "[1]", mocked(r#"{"MapRunArn":"a"}"#)).unwrap();
    assert_eq!(answer["output"], "{\"MapRunArn\": \"a\"}");
}

#[test]
fn what_cannot_be_tested_is_said() {
    let pass = json!({"Type": "Pass", "End": true});
    let parallel = json!({"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    ]});
    let refusal = |state: &Json, setup: StateTest| test(state, None, "{}", setup).unwrap_err();
    assert_eq!(refusal(&pass, mocked("1")), "State type 'Pass' is not supported when a mock is specified");
    assert!(
        refusal(&parallel, StateTest::default()).starts_with("TestState API does not support Map or Parallel states.")
    );
    assert_eq!(refusal(&parallel, mocked("1")), "Mocked result must be an array.");
    assert!(refusal(&parallel, mocked("[1,2]")).contains("same number of items"));
    let machine = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
    assert_eq!(test(&machine, Some("B"), "{}", StateTest::default()).unwrap_err(), "State not found in definition");
}

#[test]
fn items_of_a_reader_are_selected_for_the_children() {
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket.$": "$.b", "Key": "k"},
            "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$.n"}
        },
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "s.$": "$$.Map.Item.Source"},
        "ItemBatcher": {"MaxItemsPerBatchPath": "$.n", "BatchInput": {"b.$": "$.b"}},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}
        }
    }}});
    let machine = Arc::new(Machine::parse(&definition.to_string()).unwrap());
    let mut run = support::Run::new(machine, support::seed(r#"{"b":"bucket","n":2}"#));
    let actions = run.apply(Cause::Start);
    let Some(Action::StartMapRun(map_run)) = actions.last() else { panic!("a map run starts") };
    let Items::Reader { parameters, config, .. } = &map_run.items else { panic!("with a reader") };
    assert_eq!(parameters.to_text(), r#"{"Key":"k","Bucket":"bucket"}"#);
    assert_eq!(config.to_text(), r#"{"InputType":"JSON","MaxItems":2}"#);
    assert_eq!(map_run.batcher.as_ref().unwrap().to_text(), r#"{"BatchInput":{"b":"bucket"},"MaxItemsPerBatch":2}"#);
    let source = "s3://bucket/k".into();
    let items = asl::read_items(config, "[7, 8, 9]").unwrap().into_iter();
    let items: Vec<_> = items.map(|item| asl::DataItem::read(item, &source)).collect();
    let selected = run.execution.select_items(map_run.id, &items, 1).unwrap();
    let texts: Vec<_> = selected.iter().map(|item| item.text().to_string()).collect();
    let expected = |value: i64, index: i64| format!(r#"{{"s":"s3://bucket/k","v":{value},"i":{index}}}"#);
    assert_eq!(texts, [expected(7, 0), expected(8, 1)]);
}

fn map(fields: Json) -> Json {
    let mut map = json!({"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}
    }});
    map.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    map
}

#[test]
fn a_map_shows_what_its_iterations_would_start_with() {
    let state = map(json!({
        "ItemsPath": "$.items",
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source", "all.$": "$.k"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"b.$": "$.k"}}
    }));
    let answer = test(&state, None, r#"{"items":[1,2,3],"k":9}"#, mocked("[]")).unwrap();
    let seen = &answer["inspectionData"];
    let item = |value: i64| json!({"v": value, "s": "STATE_DATA", "all": 9});
    let parse = |name: &str| serde_json::from_str::<Json>(seen[name].as_str().unwrap()).unwrap();
    assert_eq!(seen["afterItemsPath"], "[1, 2, 3]");
    assert_eq!(parse("afterItemSelector"), json!([item(1), item(2), item(3)]));
    assert_eq!(
        parse("afterItemBatcher"),
        json!([{"BatchInput": {"b": 9}, "Items": [item(1), item(2)]}, {"BatchInput": {"b": 9}, "Items": [item(3)]}])
    );
    let plain = test(&map(json!({})), None, "[1]", mocked("[]")).unwrap();
    assert!(plain["inspectionData"].get("afterItemSelector").is_none());
    assert!(plain["inspectionData"].get("afterItemBatcher").is_none());
}

#[test]
fn what_a_reader_would_read_is_given_as_it_is_in_its_source() {
    let reader = |config: Json| {
        let parameters = json!({"Bucket": "b", "Key": "k"});
        json!({"ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "Parameters": parameters, "ReaderConfig": config
        }, "ItemSelector": {"v.$": "$$.Map.Item.Value"}, "ToleratedFailurePercentage": 50})
    };
    let read = |config: Json, data: &str| {
        let setup = StateTest { map_item_reader_data: Some(data.to_owned()), ..mocked("[1,2]") };
        let setup = StateTest { map_iteration_failure_count: Some(2), ..setup };
        test(&map(reader(config)), None, "{}", setup).unwrap()
    };
    let nested = read(json!({"InputType": "JSON", "ItemsPointer": "/a"}), r#"{"a":[1,2,3,4]}"#);
    assert_eq!(nested["inspectionData"]["afterItemsPointer"], "[1, 2, 3, 4]");
    assert_eq!(nested["inspectionData"]["afterItemSelector"], "[{\"v\": 1}, {\"v\": 2}, {\"v\": 3}, {\"v\": 4}]");
    assert_eq!(nested["status"], "SUCCEEDED");
    let rows = read(json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}), "h\n1\n2\n3");
    assert_eq!(rows["error"], "States.ExceedToleratedFailureThreshold");
    let damaged = read(json!({"InputType": "JSON"}), "{");
    assert_eq!(damaged["error"], "States.ItemReaderFailed");
}

#[test]
fn an_error_comes_from_a_state_that_is_inside() {
    let setup = |name: &str| StateTest { error_caused_by_state: Some(name.to_owned()), ..failing("Broken") };
    assert_eq!(test(&map(json!({})), None, "[1]", setup("I")).unwrap()["error"], "Broken");
    let objection = test(&map(json!({})), None, "[1]", setup("J")).unwrap_err();
    assert_eq!(objection, "State 'J' of errorCausedByState not found in the tested state");
}

#[test]
fn variables_are_shown_as_the_state_leaves_them() {
    let state = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "f"}, "Assign": {"answer.$": "$.Payload", "old": 2},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"error.$": "$.Error"}, "Next": "A"}]
    });
    let given = || asl::Object::from_iter([("old".into(), Value::from(1_i64)), ("kept".into(), Value::from(3_i64))]);
    let shown = |setup: StateTest| {
        let answer = test(&state, None, "{}", StateTest { variables: given(), ..setup }).unwrap();
        serde_json::from_str::<Json>(answer["inspectionData"]["variables"].as_str().unwrap()).unwrap()
    };
    assert_eq!(shown(mocked(r#"{"Payload":7}"#)), json!({"old": 2, "kept": 3, "answer": 7}));
    assert_eq!(shown(failing("Broken")), json!({"old": 1, "kept": 3, "error": "Broken"}));
    assert_eq!(shown(failing("States.Runtime")), json!({"old": 1, "kept": 3}));
}
