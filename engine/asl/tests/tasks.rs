//! Tasks that answer later, and stimuli that come too late.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use asl::{Action, Cause, Kind, MAX_HISTORY_EVENTS, Machine, Outcome, Payload, Phase, Task, TaskId, TimerId};
use serde_json::json;
use support::{Run, seed};

fn machine(definition: &serde_json::Value) -> Arc<Machine> {
    Arc::new(Machine::parse(&definition.to_string()).unwrap_or_else(|invalid| panic!("{invalid}")))
}

fn one_task(fields: &serde_json::Value) -> Run {
    let mut state = json!({"Type": "Task", "End": true});
    state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Run::new(machine(&json!({"StartAt": "T", "States": {"T": state}})), seed("{\"a\":1}"))
}

fn started(actions: &[Action]) -> &Task {
    actions
        .iter()
        .find_map(|action| match action {
            Action::StartTask(task) => Some(task),
            _ => None,
        })
        .expect("a task starts")
}

fn timers(actions: &[Action]) -> Vec<(TimerId, clock::Timestamp)> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::SetTimer { timer, at } => Some((*timer, *at)),
            _ => None,
        })
        .collect()
}

fn payload(text: &str) -> Payload {
    Payload::parse(text).unwrap()
}

#[test]
fn a_task_with_a_token_is_submitted_and_then_answered() {
    let mut run = one_task(&json!({
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}
    }));
    let actions = run.apply(Cause::Start);
    let task = started(&actions);
    let token = task.token.clone().expect("the pattern wants a token");
    assert!(task.parameters.text().contains(&*token), "the parameters carry the token");
    let id = task.id;
    run.apply(Cause::TaskSubmitted { task: id, output: payload("{\"MessageId\":\"m\"}") });
    run.apply(Cause::TaskSucceeded { task: id, output: payload("{\"done\": true}") });
    assert_eq!(
        run.types()[2..],
        ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]
    );
    assert_eq!(run.output().unwrap(), "{\"done\": true}");
}

#[test]
fn a_failure_without_a_word_is_caught_with_nulls() {
    let mut run = Run::new(
        machine(&json!({"StartAt": "T", "States": {
            "T": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
                "End": true
            },
            "Caught": {"Type": "Succeed"}
        }})),
        seed("{}"),
    );
    let actions = run.apply(Cause::Start);
    let task = started(&actions).id;
    run.apply(Cause::TaskFailed { task, error: None, cause: None, phase: Phase::Run });
    assert_eq!(run.output().unwrap(), r#"{"Error":null,"Cause":null}"#);
}

#[test]
fn an_activity_that_is_not_there_fails_the_execution_at_its_state() {
    let mut run = one_task(&json!({
        "Resource": "arn:aws:states:us-east-1:111111111111:activity:gone",
        "Retry": [{"ErrorEquals": ["States.ALL"]}]
    }));
    let actions = run.apply(Cause::Start);
    let task = started(&actions).id;
    let cause = Some("The activity does not exist.".to_owned());
    run.apply(Cause::TaskFailed { task, error: Some("States.Runtime".to_owned()), cause, phase: Phase::Start });
    let Some(Outcome::Failed { cause: Some(cause), .. }) = run.execution.outcome() else { panic!("it fails") };
    assert_eq!(
        &**cause,
        "An error occurred while executing the state 'T' (entered at the event id #2). The activity does not exist."
    );
    assert_eq!(run.types(), ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
}

#[test]
fn an_activity_starts_when_a_worker_takes_it_and_lives_by_its_heartbeats() {
    let mut run = one_task(&json!({
        "Resource": "arn:aws:states:us-east-1:111111111111:activity:work", "HeartbeatSeconds": 10, "TimeoutSeconds": 60
    }));
    let actions = run.apply(Cause::Start);
    assert_eq!(timers(&actions).len(), 1, "only the timeout runs before a worker has it");
    let id = started(&actions).id;
    run.apply(Cause::TaskScheduled { task: id });
    assert_eq!(run.types()[2..], ["ActivityScheduled"]);
    let actions = run.apply(Cause::TaskStarted { task: id, worker: Some("w".to_owned()) });
    let first = timers(&actions)[0].0;
    let actions = run.apply(Cause::TaskHeartbeat { task: id });
    assert!(actions.iter().any(|action| matches!(action, Action::CancelTimer(timer) if *timer == first)));
    let second = timers(&actions)[0].0;
    run.apply(Cause::TimerFired { timer: first });
    assert!(run.execution.outcome().is_none(), "a cancelled timer does nothing");
    run.apply(Cause::TimerFired { timer: second });
    assert_eq!(run.types()[2..], ["ActivityScheduled", "ActivityStarted", "ActivityTimedOut", "ExecutionFailed"]);
}

#[test]
fn a_refused_request_is_a_submit_failure() {
    let mut run = one_task(&json!({
        "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": "x"}
    }));
    let actions = run.apply(Cause::Start);
    let id = started(&actions).id;
    run.apply(Cause::TaskFailed { task: id, error: Some("E".to_owned()), cause: None, phase: Phase::Submit });
    assert_eq!(run.types()[2..], ["TaskScheduled", "TaskStarted", "TaskSubmitFailed", "ExecutionFailed"]);
}

#[test]
fn answers_nobody_waits_for_change_nothing() {
    let mut run = one_task(&json!({"Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"}));
    run.apply(Cause::TaskSucceeded { task: TaskId(1), output: payload("1") });
    assert!(run.history.is_empty(), "before the start");
    let actions = run.apply(Cause::Start);
    let id = started(&actions).id;
    run.apply(Cause::Start);
    run.apply(Cause::TaskSucceeded { task: TaskId(999), output: payload("1") });
    run.apply(Cause::TimerFired { timer: TimerId(999) });
    assert_eq!(run.types(), ["ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled"]);
    run.apply(Cause::TaskSucceeded { task: id, output: payload("1") });
    let events = run.history.len();
    run.apply(Cause::TaskSucceeded { task: id, output: payload("2") });
    run.apply(Cause::Stop { error: None, cause: None });
    assert_eq!(run.history.len(), events, "an execution that has ended stays as it is");
}

#[test]
fn a_result_beyond_the_limit_fails_the_task_by_name() {
    let mut run = one_task(&json!({
        "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}]
    }));
    let actions = run.apply(Cause::Start);
    let id = started(&actions).id;
    run.apply(Cause::TaskSucceeded { task: id, output: payload(&format!("\"{}\"", "x".repeat(262_143))) });
    let Some(Outcome::Failed { error, .. }) = run.execution.outcome() else {
        panic!("nothing but its own name catches it");
    };
    assert_eq!(error.as_deref(), Some("States.DataLimitExceeded"));
}

#[test]
fn stopping_cancels_what_runs() {
    let mut run = one_task(&json!({
        "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "TimeoutSeconds": 9
    }));
    let actions = run.apply(Cause::Start);
    let id = started(&actions).id;
    let actions = run.apply(Cause::Stop { error: Some("E".to_owned()), cause: Some("C".to_owned()) });
    assert!(actions.iter().any(|action| matches!(action, Action::CancelTask(task) if *task == id)));
    assert!(actions.iter().any(|action| matches!(action, Action::CancelTimer(_))));
    assert!(matches!(actions.last(), Some(Action::Finish)));
    assert_eq!(run.execution.outcome().unwrap().status(), "ABORTED");
}

/// Goes back and never on, though it could.
fn again(back: &str) -> serde_json::Value {
    let never = json!({"Variable": "$$.Execution.Name", "StringEquals": "", "Next": "Never"});
    json!({"Type": "Choice", "Choices": [never], "Default": back})
}

fn endless() -> serde_json::Value {
    json!({"StartAt": "A", "States": {"A": again("A"), "Never": {"Type": "Succeed"}}})
}

#[test]
fn a_standard_history_ends_at_the_limit_with_an_error() {
    let mut run = Run::new(machine(&endless()), seed("{}"));
    run.finish(&support::doubles::none);
    assert_eq!(run.history.len() as u64, MAX_HISTORY_EVENTS);
    let last = run.events().pop().unwrap();
    assert_eq!(last["type"], "ExecutionFailed");
    assert_eq!(
        last["executionFailedEventDetails"]["cause"],
        "The execution reached the maximum number of history events (25000)."
    );
}

#[test]
fn an_express_execution_asks_to_go_on_and_ends_after_five_minutes() {
    let seed = asl::Seed { kind: Kind::Express, ..seed("{}") };
    let limit = seed.started_at.plus(Duration::from_secs(300));
    let mut run = Run::new(machine(&endless()), seed);
    let actions = run.apply(Cause::Start);
    assert!(matches!(actions.last(), Some(Action::Continue)));
    let (timer, at) = timers(&actions)[0];
    assert_eq!(at, limit);
    for _ in 0..5 {
        assert!(matches!(run.apply(Cause::Continue).last(), Some(Action::Continue)));
    }
    run.apply(Cause::TimerFired { timer });
    assert_eq!(run.execution.outcome().unwrap().status(), "TIMED_OUT");
}

#[test]
fn a_map_of_ten_thousand_items_runs_to_its_end() {
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true,
        "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}
    }}});
    let input = serde_json::to_string(&(0..10_000).collect::<Vec<_>>()).unwrap();
    let seed = asl::Seed { kind: Kind::Express, ..seed(&input) };
    let mut run = Run::new(machine(&definition), seed);
    run.finish(&support::doubles::none);
    assert_eq!(run.output().unwrap(), input);
}

#[test]
fn without_execution_data_inputs_outputs_and_causes_are_left_out() {
    let definition = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "secret"}}});
    let run = Run::to_end(&machine(&definition), "{\"secret\":1}", &support::doubles::none);
    let told: Vec<_> = run.history.iter().map(|event| event.to_api(false).to_string()).collect();
    assert!(!told.concat().contains("secret"), "{told:?}");
}

#[test]
fn values_that_grow_without_end_meet_a_limit() {
    let wrap = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"x.$": "$"}, "Next": "Again"},
        "Again": again("A"), "Never": {"Type": "Succeed"}
    }});
    let double = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x.$": "$"}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x.$": "States.Array($x, $x)"}, "Next": "Again"},
        "Again": again("B"), "Never": {"Type": "Succeed"}
    }});
    for definition in [wrap, double] {
        let mut run = Run::new(machine(&definition), seed("{}"));
        run.finish(&support::doubles::none);
        let Some(Outcome::Failed { error, .. }) = run.execution.outcome() else { panic!("it ends") };
        assert_eq!(error.as_deref(), Some("States.DataLimitExceeded"));
        assert!(run.history.len() < 2_000);
    }
}

#[test]
fn one_expression_cannot_take_all_memory_or_time() {
    let deep = (0..100).fold("1".to_owned(), |inner, _| format!("{{\"a\":{inner},\"b\":[1,2,3]}}"));
    let many = format!("States.Format('{}', {})", "{}".repeat(2_000), vec!["$.text"; 2_000].join(", "));
    let states = [
        (json!({"x.$": "$..*..*..*..*..*..*"}), deep),
        (json!({"x.$": many}), format!("{{\"text\":\"{}\"}}", "x".repeat(100_000))),
    ];
    for (parameters, input) in states {
        let definition =
            json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": parameters, "End": true}}});
        let run = Run::to_end(&machine(&definition), &input, &support::doubles::none);
        assert_eq!(run.execution.outcome().unwrap().status(), "FAILED");
    }
}

#[test]
fn an_item_that_cannot_be_selected_ends_the_execution_without_a_word_of_what_runs() {
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true, "ItemSelector": {"v.$": "$$.Map.Item.Value.a"},
        "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}
    }}});
    let run = Run::to_end(&machine(&definition), r#"[{"a":1},{}]"#, &support::doubles::none);
    assert_eq!(run.execution.outcome().unwrap().status(), "FAILED");
    assert_eq!(run.types()[2..], ["MapStateStarted", "MapIterationStarted", "MapIterationStarted", "ExecutionFailed"]);
}
