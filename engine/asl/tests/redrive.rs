//! Redrive: what succeeded is kept, what did not is tried again.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use asl::{Action, Cause, Machine, Payload, Task};
use serde_json::{Value, json};
use support::{Answer, Run, seed};

fn machine(definition: &Value) -> Arc<Machine> {
    Arc::new(Machine::parse(&definition.to_string()).unwrap_or_else(|invalid| panic!("{invalid}")))
}

fn call(name: &str) -> Value {
    json!({"Type": "Task", "Resource": format!("arn:aws:lambda:us-east-1:111111111111:function:{name}"), "End": true})
}

/// Functions that fail as often as they are told to, and count their calls.
#[derive(Default)]
struct Functions {
    failures: RefCell<BTreeMap<String, usize>>,
    calls: RefCell<BTreeMap<String, usize>>,
}

impl Functions {
    fn failing(failures: &[(&str, usize)]) -> Self {
        let failures = failures.iter().map(|(name, times)| ((*name).to_owned(), *times)).collect();
        Self { failures: RefCell::new(failures), calls: RefCell::default() }
    }

    fn answer(&self, task: &Task) -> Answer {
        let name = task.resource.arn.rsplit(':').next().unwrap().to_owned();
        *self.calls.borrow_mut().entry(name.clone()).or_default() += 1;
        match self.failures.borrow_mut().get_mut(&name) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Answer::Fails { error: "Broken".to_owned(), cause: None }
            }
            _ => Answer::Succeeds(task.parameters.clone()),
        }
    }

    fn calls(&self, name: &str) -> usize {
        self.calls.borrow().get(name).copied().unwrap_or(0)
    }
}

fn previous(run: &Run, nth: usize) -> u64 {
    run.history[nth].previous_id
}

#[test]
fn a_failed_task_is_scheduled_again_behind_its_states_entry() {
    let mut task = call("work");
    task["Parameters"] = json!({"redrives.$": "$$.Execution.RedriveCount"});
    let first = json!({"Type": "Pass", "Next": "Work"});
    let machine = machine(&json!({"StartAt": "First", "States": {"First": first, "Work": task}}));
    let functions = Functions::failing(&[("work", 1)]);
    let double = |task: &Task| functions.answer(task);
    let mut run = Run::to_end(&machine, "{}", &double);
    assert_eq!(run.execution.outcome().unwrap().status(), "FAILED");
    let ended = run.history.len();
    run.redrive(&double);
    assert_eq!(run.output().unwrap(), r#"{"redrives":1}"#);
    assert_eq!(
        run.types()[ended..],
        [
            "ExecutionRedriven",
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded"
        ]
    );
    let entered = run.history.iter().find(|event| event.event_type() == "TaskStateEntered").unwrap().id;
    assert_eq!(previous(&run, ended + 1), entered);
    let redriven = &run.events()[ended];
    assert_eq!(redriven["executionRedrivenEventDetails"], json!({"redriveCount": 1}));
    assert_eq!(run.types().iter().filter(|found| **found == "PassStateEntered").count(), 1);
    assert_eq!(run.replayed(seed("{}")), run.events(), "the journal leads to the same history");
}

#[test]
fn branches_that_succeeded_keep_their_results() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: call(name)}});
    let machine = machine(&json!({"StartAt": "Both", "States": {"Both": {
        "Type": "Parallel", "Branches": [branch("good"), branch("bad"), branch("slow")], "End": true
    }}}));
    let functions = Functions::failing(&[("bad", 1)]);
    let silent = |task: &Task| match &*task.resource.arn {
        arn if arn.ends_with("slow") => Answer::Silent,
        _ => functions.answer(task),
    };
    let mut run = Run::to_end(&machine, "7", &silent);
    assert_eq!(run.execution.outcome().unwrap().status(), "FAILED");
    run.redrive(&|task| functions.answer(task));
    assert_eq!(run.output().unwrap(), "[7,7,7]");
    assert_eq!((functions.calls("good"), functions.calls("bad"), functions.calls("slow")), (1, 2, 1));
    let types = run.types();
    for once in ["ParallelStateEntered", "ParallelStateStarted", "ParallelStateSucceeded"] {
        assert_eq!(types.iter().filter(|found| **found == once).count(), 1, "{once}");
    }
    assert_eq!(run.replayed(seed("7")), run.events());
}

#[test]
fn what_ran_beside_a_runtime_error_goes_on() {
    let branch = |name: &str, state: Value| json!({"StartAt": name, "States": {name: state}});
    // Only a redriven execution has such a time.
    let late =
        json!({"Type": "Pass", "Parameters": {"time.$": "$$.Execution.RedriveTime"}, "ResultPath": null, "End": true});
    let machine = machine(&json!({"StartAt": "All", "States": {"All": {
        "Type": "Parallel", "End": true,
        "Branches": [branch("good", call("good")), branch("slow", call("slow")),
            {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Late"}, "Late": late}}]
    }}}));
    let functions = Functions::default();
    let silent = |task: &Task| match &*task.resource.arn {
        arn if arn.ends_with("slow") => Answer::Silent,
        _ => functions.answer(task),
    };
    let mut run = Run::to_end(&machine, "7", &silent);
    assert_eq!(run.execution.outcome().unwrap().status(), "FAILED");
    assert_eq!(run.types().last(), Some(&"ExecutionFailed"));
    assert!(!run.types().iter().any(|found| found.ends_with("Aborted") || found.starts_with("ParallelStateFailed")));
    run.redrive(&|task| functions.answer(task));
    assert_eq!(run.output().unwrap(), "[7,7,7]");
    assert_eq!((functions.calls("good"), functions.calls("slow")), (1, 1));
    assert_eq!(run.replayed(seed("7")), run.events());
}

#[test]
fn iterations_that_succeeded_are_kept_and_those_not_begun_begin() {
    let mut item = call("work");
    item["Parameters"] = json!({"item.$": "$"});
    let machine = machine(&json!({"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "MaxConcurrency": 1, "ItemProcessor": {"StartAt": "Work", "States": {"Work": item}}, "End": true
    }}}));
    let seen = RefCell::new(Vec::new());
    let broken = RefCell::new(true);
    let double = |task: &Task| {
        let text = task.parameters.text().to_string();
        seen.borrow_mut().push(text.clone());
        match text.contains('2') && broken.replace(false) {
            true => Answer::Fails { error: "Broken".to_owned(), cause: None },
            false => Answer::Succeeds(task.parameters.clone()),
        }
    };
    let mut run = Run::to_end(&machine, "[1,2,3]", &double);
    run.redrive(&double);
    assert_eq!(run.output().unwrap(), r#"[{"item":1},{"item":2},{"item":3}]"#);
    assert_eq!(seen.into_inner(), [r#"{"item":1}"#, r#"{"item":2}"#, r#"{"item":2}"#, r#"{"item":3}"#]);
    assert_eq!(run.replayed(seed("[1,2,3]")), run.events());
}

#[test]
fn an_item_that_could_not_be_selected_is_selected_again() {
    let inner = json!({"StartAt": "Same", "States": {"Same": {"Type": "Pass", "End": true}}});
    let machine = machine(&json!({"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "ItemSelector": {"name.$": "$$.Map.Item.Value.name"}, "ItemProcessor": inner, "End": true
    }}}));
    let nobody = |_: &Task| Answer::Silent;
    let mut run = Run::to_end(&machine, r#"[{"name":"a"},{}]"#, &nobody);
    let failed = run.history.len();
    run.redrive(&nobody);
    assert_eq!(run.execution.outcome().unwrap().status(), "FAILED", "its data is as it was");
    assert!(run.types()[failed..].contains(&"ExecutionFailed"));
    assert_eq!(run.replayed(seed(r#"[{"name":"a"},{}]"#)), run.events());
}

#[test]
fn retriers_count_anew() {
    let mut task = call("work");
    task["Retry"] = json!([{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]);
    let machine = machine(&json!({"StartAt": "Work", "States": {"Work": task}}));
    let functions = Functions::failing(&[("work", 3)]);
    let double = |task: &Task| functions.answer(task);
    let mut run = Run::to_end(&machine, "{}", &double);
    assert_eq!(functions.calls("work"), 2);
    run.redrive(&double);
    assert_eq!((functions.calls("work"), run.output().unwrap()), (4, "{}".to_owned()));
}

#[test]
fn what_a_catch_took_is_not_redriven() {
    let branch = json!({"StartAt": "Inner", "States": {"Inner": call("caught")}});
    let machine = machine(&json!({"StartAt": "Both", "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [branch],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Handle", "ResultPath": null}],
            "End": true
        },
        "Handle": call("handle"),
    }}));
    let functions = Functions::failing(&[("caught", 9), ("handle", 1)]);
    let double = |task: &Task| functions.answer(task);
    let mut run = Run::to_end(&machine, "1", &double);
    run.redrive(&double);
    assert_eq!(run.output().unwrap(), "1");
    assert_eq!((functions.calls("caught"), functions.calls("handle")), (1, 2));
}

#[test]
fn a_fail_state_is_entered_and_fails_again() {
    let machine = machine(&json!({"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "No"}}}));
    let nobody = |_: &Task| Answer::Silent;
    let mut run = Run::to_end(&machine, "{}", &nobody);
    run.redrive(&nobody);
    run.redrive(&nobody);
    assert_eq!(
        run.types(),
        [
            "ExecutionStarted",
            "FailStateEntered",
            "ExecutionFailed",
            "ExecutionRedriven",
            "FailStateEntered",
            "ExecutionFailed",
            "ExecutionRedriven",
            "FailStateEntered",
            "ExecutionFailed"
        ]
    );
}

#[test]
fn a_stopped_wait_waits_again_and_its_machines_time_begins_anew() {
    let machine = machine(&json!({"TimeoutSeconds": 20, "StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "Seconds": 10, "End": true}
    }}));
    let mut run = Run::new(machine, seed("{}"));
    run.apply(Cause::Start);
    run.apply(Cause::Stop { error: None, cause: None });
    let actions = run.apply(Cause::Redrive);
    let timers = actions.iter().filter(|action| matches!(action, Action::SetTimer { .. })).count();
    assert_eq!(timers, 2, "one of the wait, one of the machine");
    assert!(run.execution.outcome().is_none());
}

#[test]
fn the_context_tells_of_the_redrive_and_only_then() {
    let mut task = call("work");
    task["Parameters"] = json!({"execution.$": "$$.Execution"});
    let machine = machine(&json!({"StartAt": "Work", "States": {"Work": task}}));
    let contexts = RefCell::new(Vec::new());
    let double = |task: &Task| {
        contexts.borrow_mut().push(task.parameters.to_json()["execution"].clone());
        Answer::Fails { error: "Broken".to_owned(), cause: None }
    };
    let mut run = Run::to_end(&machine, "{}", &double);
    run.redrive(&double);
    let contexts = contexts.into_inner();
    assert_eq!((&contexts[0]["RedriveCount"], &contexts[0]["RedriveTime"]), (&json!(0), &Value::Null));
    assert_eq!(contexts[1]["RedriveCount"], 1);
    assert!(contexts[1]["RedriveTime"].is_string());
}

#[test]
fn a_failed_map_run_is_redriven_under_its_own_name() {
    let inner = json!({
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Work",
        "States": {"Work": call("work")},
    });
    let state = json!({"Type": "Map", "ItemProcessor": inner, "End": true});
    let machine = machine(&json!({"StartAt": "Each", "States": {"Each": state}}));
    let functions = Functions::failing(&[("work", 1)]);
    let double = |task: &Task| functions.answer(task);
    let mut run = Run::to_end(&machine, "[1,2]", &double);
    let ended = run.history.len();
    run.redrive(&double);
    assert_eq!(run.output().unwrap(), "[1,2]");
    assert_eq!(
        run.types()[ended..],
        [
            "ExecutionRedriven",
            "MapRunRedriven",
            "MapRunSucceeded",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded"
        ]
    );
    let events = run.events();
    let started = events.iter().find(|event| event["type"] == "MapRunStarted").unwrap();
    let arn = &started["mapRunStartedEventDetails"]["mapRunArn"];
    assert_eq!(events[ended + 1]["mapRunRedrivenEventDetails"], json!({"mapRunArn": arn, "redriveCount": 1}));
    assert_eq!(run.replayed(seed("[1,2]")), events);
}

#[test]
fn only_an_execution_that_ended_without_success_is_redriven() {
    let machine = machine(&json!({"StartAt": "Work", "States": {"Work": call("work")}}));
    let mut run = Run::new(machine.clone(), seed("{}"));
    run.apply(Cause::Start);
    let events = run.history.len();
    run.apply(Cause::Redrive);
    assert_eq!(run.history.len(), events, "it runs");
    let mut done = Run::to_end(&machine, "{}", &|_| Answer::Succeeds(Payload::parse("1").unwrap()));
    let events = done.history.len();
    done.apply(Cause::Redrive);
    assert_eq!(done.history.len(), events, "it succeeded");
}
