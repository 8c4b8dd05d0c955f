//! Replays recorded executions and compares every history event.
//!
//! The recordings lie beside the repository; where they are not, the test says so and passes.

#![allow(clippy::unwrap_used, clippy::print_stdout, unreachable_pub, missing_docs)]

#[path = "support/recorded.rs"]
mod recorded;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use asl::{Cause, Machine, Payload, ResourceKind, Task};
use serde_json::Value;
use support::{Answer, Run, doubles};

/// The recorded cases; none, and a line that says so, where they are not.
fn recordings() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/asl/cases.jsonl");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(_) => {
            println!("skipped: no recordings at {}", path.display());
            Vec::new()
        }
    }
}

/// How many cases passed when this was last raised.
const FLOOR: usize = 243;

/// The variables that `DescribeStateMachine` lists for each state.
#[test]
fn recorded_variable_references_are_found() {
    for case in recordings() {
        let described = &case["expected"]["describe_response"];
        if case["feature"] != "sfn_api_variable_references" || !described.is_object() {
            continue;
        }
        let definition = case["steps"][0]["params"]["definition"].as_str().unwrap_or_default();
        let Ok(machine) = Machine::parse(definition) else { continue };
        let found: BTreeMap<String, BTreeSet<String>> = machine
            .variable_references()
            .into_iter()
            .map(|(state, names)| (state.to_string(), names.iter().map(ToString::to_string).collect()))
            .collect();
        let expected: BTreeMap<String, BTreeSet<String>> =
            serde_json::from_value(described["variableReferences"].clone()).unwrap_or_default();
        assert_eq!(found, expected, "{}", case["id"]);
    }
}

/// How many answers of `TestState` were right when this was last raised.
const TESTED_FLOOR: usize = 91;

/// The answers of `TestState` that need nothing but the core.
#[test]
fn recorded_state_tests_are_reproduced() {
    let (mut passed, mut total) = (0, 0);
    for case in recordings() {
        if case["kind"] != "test_state" || case["needs"] != serde_json::json!(["none"]) {
            continue;
        }
        for matching in case["matches"].as_array().unwrap() {
            let expected = &case["expected"][matching["key"].as_str().unwrap()];
            let Some(number) = matching["step"].as_u64() else { continue };
            let Some(step) = case["steps"].as_array().unwrap().iter().find(|step| step["n"].as_u64() == Some(number))
            else {
                continue;
            };
            if step["op"] != "TestState" || !expected.is_object() {
                continue;
            }
            let answer = state_test(&step["params"]);
            let problems = match (expected["Error"]["Message"].as_str(), answer) {
                (Some(message), Err(objection)) if message == objection => Vec::new(),
                // The service refuses what does not reach the core.
                (Some(_), Ok(_)) => continue,
                _ if expected.get("exception_value").is_some() => continue,
                (_, Err(objection)) => vec![objection],
                (None, Ok(answer)) => {
                    let mut expected = expected.clone();
                    expected.as_object_mut().unwrap().shift_remove("ResponseMetadata");
                    recorded::differences(&expected, &answer)
                }
            };
            total += 1;
            if problems.is_empty() {
                passed += 1;
            } else {
                println!("FAIL {} {}", case["id"], matching["key"]);
                problems.iter().take(4).for_each(|problem| println!("     {problem}"));
            }
        }
    }
    println!("state tests {passed} of {total}");
    assert!(total == 0 || passed >= TESTED_FLOOR, "{passed} state tests pass, {TESTED_FLOOR} did before");
}

fn state_test(params: &Value) -> Result<Value, String> {
    if params["mock"]["result"].as_str().is_some_and(|text| asl::Value::parse(text).is_err()) {
        return Err("Mocked result must be valid JSON".to_owned());
    }
    let definition = params["definition"].as_str().unwrap();
    let name = params["stateName"].as_str();
    let whole: Value = serde_json::from_str(definition).unwrap();
    let machine =
        if whole.get("States").is_some() { Machine::parse(definition) } else { Machine::parse_state(definition) };
    let machine = Arc::new(machine.map_err(|invalid| invalid.to_string())?);
    let json = |value: &Value| value.as_str().and_then(|text| asl::Value::parse(text).ok());
    let error = &params["mock"]["errorOutput"];
    let text = |value: &Value| value.as_str().map(Arc::from);
    let mock = match (json(&params["mock"]["result"]), error.is_object()) {
        (Some(result), _) => Some(asl::Mock::Result(Payload::from(result))),
        (None, true) => Some(asl::Mock::Error { error: text(&error["error"]), cause: text(&error["cause"]) }),
        (None, false) => None,
    };
    let configuration = &params["stateConfiguration"];
    let test = asl::StateTest {
        context: json(&params["context"]),
        variables: json(&params["variables"])
            .and_then(|value| value.as_object().map(|members| (**members).clone()))
            .unwrap_or_default(),
        mock,
        retrier_retry_count: configuration["retrierRetryCount"].as_u64().map(|count| u32::try_from(count).unwrap()),
        map_iteration_failure_count: configuration["mapIterationFailureCount"].as_u64(),
        map_item_reader_data: configuration["mapItemReaderData"].as_str().map(str::to_owned),
        error_caused_by_state: configuration["errorCausedByState"].as_str().map(str::to_owned),
    };
    let mut seed = support::seed(params["input"].as_str().unwrap_or("{}"));
    seed.role_arn = params["roleArn"].as_str().unwrap_or_default().into();
    seed.execution_arn = "arn:aws:states:us-east-1:111111111111:express:machine:test:run".into();
    let mut execution =
        asl::Execution::test(machine, name, seed.clone(), test).map_err(|untestable| untestable.to_string())?;
    execution.apply(&asl::Stimulus { at: seed.started_at, entropy: 1, cause: Cause::Start });
    let tested = execution.tested().ok_or("the state did not end")?;
    Ok(tested.to_api(params["inspectionLevel"] != "INFO"))
}

/// Every definition that AWS accepted is accepted, and those it refused are refused with its words.
#[test]
fn definitions_are_accepted_and_refused_as_recorded() {
    let mut problems = Vec::new();
    let mut checked = 0;
    for case in recordings() {
        let expected = case["expected"].to_string().replace("<partition>", "aws");
        // Some messages of the recordings are not AWS's.
        if expected.contains("Error=ValueError") || case["kind"] == "test_state" {
            continue;
        }
        for step in case["steps"].as_array().unwrap() {
            if !matches!(step["op"].as_str(), Some("CreateStateMachine" | "ValidateStateMachineDefinition")) {
                continue;
            }
            let Some(definition) = step["params"]["definition"].as_str() else { continue };
            if definition.contains("${") {
                continue;
            }
            checked += 1;
            let express = step["params"]["type"] == "EXPRESS";
            let kind = if express { asl::Kind::Express } else { asl::Kind::Standard };
            let parsed = Machine::parse(definition).and_then(|machine| machine.check_kind(kind));
            let refused = expected.contains("InvalidDefinition") || expected.contains("\"FAIL\"");
            match parsed {
                Ok(()) if !refused => {}
                Ok(()) => {
                    problems.push(format!("{} accepted, expected {}", case["id"], &expected[..expected.len().min(400)]))
                }
                Err(invalid) if refused => {
                    let known = invalid.diagnostics.iter().any(|diagnostic| {
                        let message = serde_json::to_string(&diagnostic.message).unwrap();
                        expected.contains(message.trim_matches('"'))
                    });
                    if !known {
                        problems.push(format!(
                            "{} {invalid}\n     expected {}",
                            case["id"],
                            &expected[..expected.len().min(600)]
                        ));
                    }
                }
                Err(invalid) => problems.push(format!("{} refused: {invalid}", case["id"])),
            }
        }
    }
    println!("{checked} definitions");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn recorded_histories_are_reproduced() {
    let only = std::env::var("ASL_CASE").ok();
    let mut features: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut passed, mut total) = (0, 0);
    for case in recordings() {
        let id = case["id"].as_str().unwrap();
        let needs: Vec<&str> = case["needs"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if case["kind"] != "execution" || !(needs == ["none"] || needs == ["lambda"]) {
            continue;
        }
        if only.as_ref().is_some_and(|only| !id.contains(only.as_str())) {
            continue;
        }
        let Some(problems) = replay(&case) else { continue };
        let feature = features.entry(format!("{} {}", needs[0], case["feature"].as_str().unwrap())).or_default();
        feature.1 += 1;
        total += 1;
        if problems.is_empty() {
            feature.0 += 1;
            passed += 1;
        } else {
            println!("FAIL {id}");
            for problem in problems.iter().take(4) {
                println!("     {problem}");
            }
        }
    }
    for (feature, (passed, total)) in features {
        println!("{feature:40} {passed:3} of {total:3}");
    }
    println!("all {passed} of {total}");
    assert!(only.is_some() || total == 0 || passed >= FLOOR, "{passed} cases pass, {FLOOR} did before");
}

/// What the steps of a case have answered so far.
#[derive(Default)]
struct Answers {
    values: BTreeMap<u64, Value>,
    machines: BTreeMap<String, Arc<Machine>>,
    runs: BTreeMap<String, Run>,
}

/// The differences; `None` when the case compares no history.
fn replay(case: &Value) -> Option<Vec<String>> {
    let mut answers = Answers::default();
    let double = |task: &Task| function(case, task);
    let mut problems = Vec::new();
    let mut compared = 0;
    let unordered =
        case["transformers"].as_array().unwrap().iter().any(|t| t["class"] == "SfnNoneRecursiveParallelTransformer");
    let stops = case["steps"].as_array().unwrap().iter().any(|step| step["op"] == "StopExecution");
    for step in case["steps"].as_array().unwrap() {
        let number = step["n"].as_u64().unwrap();
        let params = resolve(&step["params"], &answers.values);
        let text = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
        let answer = match step["op"].as_str().unwrap() {
            "CreateStateMachine" => match Machine::parse(&text("definition")) {
                Ok(machine) => {
                    let arn = format!("arn:aws:states:us-east-1:111111111111:stateMachine:{}", text("name"));
                    answers.machines.insert(arn.clone(), Arc::new(machine));
                    serde_json::json!({"stateMachineArn": arn, "role": text("roleArn")})
                }
                Err(invalid) => {
                    problems.push(invalid.to_string());
                    return Some(problems);
                }
            },
            "StartExecution" => {
                let arn = text("stateMachineArn");
                let machine = answers.machines.get(&arn).cloned()?;
                let name = arn.rsplit(':').next().unwrap().to_owned();
                let run_name = format!("run-{number}");
                let execution_arn = format!("arn:aws:states:us-east-1:111111111111:execution:{name}:{run_name}");
                let input = params["input"].as_str().unwrap_or("{}");
                let mut seed = support::seed(input);
                seed.execution_arn = execution_arn.as_str().into();
                seed.execution_name = run_name.as_str().into();
                seed.state_machine_arn = arn.as_str().into();
                seed.state_machine_name = name.as_str().into();
                let mut run = Run::new(machine, seed);
                if stops {
                    run.settle(&double)
                } else {
                    run.finish(&double)
                }
                answers.runs.insert(execution_arn.clone(), run);
                serde_json::json!({"executionArn": execution_arn})
            }
            "StopExecution" => {
                let run = answers.runs.get_mut(&text("executionArn"))?;
                run.apply(Cause::Stop { error: None, cause: None });
                Value::Null
            }
            "GetExecutionHistory" => match answers.runs.get(&text("executionArn")) {
                Some(run) => {
                    let mut events = run.events();
                    if params["reverseOrder"] == true {
                        events.reverse();
                    }
                    if unordered {
                        recorded::forget_parallel_order(&mut events);
                    }
                    serde_json::json!({ "events": events })
                }
                None => Value::Null,
            },
            _ => Value::Null,
        };
        answers.values.insert(number, answer);
    }
    for matching in case["matches"].as_array().unwrap() {
        let key = matching["key"].as_str().unwrap();
        let expected = &case["expected"][key];
        if expected.is_null() {
            continue;
        }
        if let (Some(step), true) = (matching["step"].as_u64(), expected["events"].is_array()) {
            let Some(actual) = answers.values.get(&step) else { continue };
            let (mut expected, mut actual) = (expected["events"].clone(), actual["events"].clone());
            if unordered {
                recorded::sort_unordered(expected.as_array_mut().unwrap());
                if let Some(actual) = actual.as_array_mut() {
                    recorded::sort_unordered(actual);
                }
            }
            compared += 1;
            problems.extend(recorded::differences(&expected, &actual));
        } else if expected.as_array().is_some_and(|list| list.first().is_some_and(|first| first.get("input").is_some()))
        {
            compared += 1;
            let outputs: Vec<Value> = case["steps"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|step| step["op"] == "StartExecution")
                .map(|step| {
                    let arn = answers.values[&step["n"].as_u64().unwrap()]["executionArn"].as_str().unwrap();
                    let run = &answers.runs[arn];
                    serde_json::json!({"input": step["params"]["input"], "output": run.output()})
                })
                .collect();
            problems.extend(recorded::differences(expected, &Value::Array(outputs)));
        }
    }
    (compared > 0).then_some(problems)
}

/// `${N.path}` replaced by what step N answered there.
fn resolve(value: &Value, answers: &BTreeMap<u64, Value>) -> Value {
    match value {
        Value::String(text) => {
            let mut resolved = String::new();
            let mut rest = text.as_str();
            while let Some(open) = rest.find("${") {
                resolved.push_str(&rest[..open]);
                let after = &rest[open + 2..];
                let Some((inside, tail)) = after.split_once('}') else { break };
                let found = inside.split_once('.').and_then(|(number, path)| {
                    let (path, last) = path.strip_suffix("|tail").map_or((path, false), |path| (path, true));
                    let value =
                        path.split('.').try_fold(answers.get(&number.parse().ok()?)?, |value, name| value.get(name))?;
                    let text = value.as_str()?;
                    Some(if last { text.rsplit(':').next()?.to_owned() } else { text.to_owned() })
                });
                match found {
                    Some(found) => resolved.push_str(&found),
                    None => resolved.push_str(&format!("${{{inside}}}")),
                }
                rest = tail;
            }
            resolved.push_str(rest);
            Value::String(resolved)
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| resolve(item, answers)).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), resolve(value, answers))).collect())
        }
        _ => value.clone(),
    }
}

/// Does what the case's Lambda function does.
fn function(case: &Value, task: &Task) -> Answer {
    let parameters = task.parameters.value();
    let target = match task.resource.kind {
        ResourceKind::Lambda => task.resource.arn.to_string(),
        _ => parameters.get("FunctionName").and_then(|name| name.as_str()).unwrap_or_default().to_owned(),
    };
    let lambda = case["lambdas"].as_array().unwrap().iter().find(|lambda| {
        let name = lambda["name"].as_str().unwrap_or("?");
        // A function's own ARN that leads nowhere was recorded with the behaviour of the case's function.
        target == name
            || target.ends_with(&format!(":function:{name}"))
            || target.ends_with(&format!("_{name}")) && target.starts_with("arn:")
    });
    let Some(lambda) = lambda else {
        return Answer::Fails {
            error: "Lambda.ResourceNotFoundException".to_owned(),
            cause: Some(format!(
                "Function not found: arn:aws:lambda:us-east-1:111111111111:function:{target}:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: id; Proxy: null)"
            )),
        };
    };
    let failure = |kind: &str, message: &str, stack: &str| {
        let cause = serde_json::json!({
            "errorMessage": message, "errorType": kind, "requestId": "00000000-0000-4000-8000-000000000000",
            "stackTrace": [stack]
        });
        Err((kind.to_owned(), cause.to_string()))
    };
    match lambda["handler_file"].as_str().unwrap() {
        "id_function.py" => doubles::echo(task),
        "return_bytes_str.py" => doubles::lambda(task, &|_| Ok("\"HelloWorld!\"".to_owned())),
        "large_output_string.py" => {
            doubles::lambda(task, &|_| Ok(Payload::from(asl::Value::from("a".repeat(257 * 1024))).text().to_string()))
        }
        "raise_exception.py" => doubles::lambda(task, &|_| {
            failure(
                "Exception",
                "Some exception was raised.",
                "  File \"/var/task/handler.py\", line 2, in handler\n    raise Exception(\"Some exception was raised.\")\n",
            )
        }),
        "raise_custom_exception.py" => doubles::lambda(task, &|_| {
            failure(
                "CustomException",
                "",
                "  File \"/var/task/handler.py\", line 9, in handler\n    raise CustomException()\n",
            )
        }),
        _ => Answer::Silent,
    }
}
