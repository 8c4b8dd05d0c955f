//! `kill -9` five hundred times, at random moments, while executions start, wait, retry and end: none is lost, doubled or
//! stuck. `SLUICE_KILLS` sets another number, `SLUICE_SEED` repeats the moments of a run.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::storm::{Dice, agent, ask, call, number};
use support::{PATIENCE, Sluice};

/// So many executions may start between two kills, so that there is time to look at each in the end.
const STARTS: usize = 6;

/// Two branches that wait and work, a map, and work whose attempts may be cut short.
fn definition(queue: &str) -> Value {
    let again = json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 50, "BackoffRate": 1}]);
    let send = |branch: &str| {
        json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": queue, "MessageBody.$": format!("States.Format('{{}} {branch}', $$.Execution.Name)")},
            "Retry": again,
            "End": true
        })
    };
    let item = json!({"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": true}}});
    json!({"StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Next": "Each", "ResultPath": "$.both", "Branches": [
            {"StartAt": "Left", "States": {"Left": send("left")}},
            {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 1, "Next": "Right"}, "Right": send("right")}}
        ]},
        "Each": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": item, "ResultPath": null, "Next": "Done"},
        "Done": {"Type": "Succeed"}
    }})
}

/// Starts an execution that may have been started before; false when the engine died meanwhile.
fn is_started(agent: &ureq::Agent, aws: &str, start: &Value) -> bool {
    let Some((status, answer)) = call(agent, aws, "AWSStepFunctions.StartExecution", start) else {
        return false;
    };
    let known = answer["__type"].as_str().is_some_and(|code| code.ends_with("ExecutionAlreadyExists"));
    assert!(status == 200 || known, "{answer}");
    true
}

#[test]
fn no_execution_is_lost_doubled_or_stuck_by_five_hundred_kills() {
    let kills = number("SLUICE_KILLS").unwrap_or(500);
    let mut dice = Dice::new();

    let data = tempfile::tempdir().unwrap();
    let serve = || Sluice::serve(&["--data", data.path().to_str().unwrap()]);
    let mut sluice = serve();
    let queue = ask(&sluice, "AmazonSQS.CreateQueue", &json!({"QueueName": "work"}))["QueueUrl"].clone();
    let machine = json!({
        "name": "storm",
        "definition": definition(queue.as_str().unwrap()).to_string(),
        "roleArn": "arn:aws:iam::000000000000:role/test"
    });
    let machine = ask(&sluice, "AWSStepFunctions.CreateStateMachine", &machine)["stateMachineArn"].clone();

    let request = |number: usize| {
        let input = json!({"items": [1, 2]}).to_string();
        json!({"stateMachineArn": machine, "name": format!("execution-{number}"), "input": input})
    };
    // The names that were asked for; the last may or may not have been accepted, so it is asked for again.
    let started = AtomicUsize::new(0);
    for _ in 0..kills {
        let (dead, killed) = mpsc::channel::<()>();
        let moment = Duration::from_micros(dice.roll(60_000));
        thread::scope(|scope| {
            let (aws, request, started) = (sluice.aws.clone(), &request, &started);
            scope.spawn(move || {
                let agent = agent();
                for _ in 0..STARTS {
                    let start = request(started.load(Ordering::Relaxed));
                    if !is_started(&agent, &aws, &start) {
                        return;
                    }
                    started.fetch_add(1, Ordering::Relaxed);
                }
                // It lives on, so that what was started goes on until the moment has come.
                drop(dead);
            });
            let begun = Instant::now();
            while let Some(left) = moment.checked_sub(begun.elapsed()) {
                if killed.recv_timeout(left) == Err(mpsc::RecvTimeoutError::Disconnected) {
                    thread::park_timeout(left);
                }
            }
            sluice.kill();
        });
        sluice = serve();
    }

    assert!(is_started(&agent(), &sluice.aws, &request(started.load(Ordering::Relaxed))), "it lives");
    let started = started.into_inner() + 1;
    let mut messages: BTreeMap<String, usize> = BTreeMap::new();
    let mut scheduled: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..started {
        let name = format!("execution-{number}");
        let arn = machine.as_str().unwrap().replace(":stateMachine:", ":execution:") + ":" + &name;
        let begun = Instant::now();
        loop {
            let described = ask(&sluice, "AWSStepFunctions.DescribeExecution", &json!({"executionArn": arn}));
            match described["status"].as_str().unwrap() {
                "RUNNING" => assert!(begun.elapsed() < PATIENCE, "{name} is stuck"),
                "SUCCEEDED" => break,
                other => panic!("{name} is {other}: {described}"),
            }
        }
        let history =
            ask(&sluice, "AWSStepFunctions.GetExecutionHistory", &json!({"executionArn": arn, "maxResults": 1000}));
        let events = history["events"].as_array().unwrap();
        let ids: Vec<u64> = events.iter().map(|event| event["id"].as_u64().unwrap()).collect();
        assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>(), "{name}: gaps or repeats");
        let count = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
        for (kind, times) in [
            ("ExecutionStarted", 1),
            ("WaitStateExited", 1),
            ("TaskStateEntered", 2),
            ("TaskSucceeded", 2),
            ("TaskStateExited", 2),
            ("ParallelStateExited", 1),
            ("MapIterationSucceeded", 2),
            ("ExecutionSucceeded", 1),
        ] {
            assert_eq!(count(kind), times, "{name}: {kind}");
        }
        for event in events.iter().filter(|event| event["type"] == "TaskScheduled") {
            let parameters = event["taskScheduledEventDetails"]["parameters"].as_str().unwrap();
            let parameters: Value = serde_json::from_str(parameters).unwrap();
            *scheduled.entry(parameters["MessageBody"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    loop {
        let receive = json!({"QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 3600});
        let received = ask(&sluice, "AmazonSQS.ReceiveMessage", &receive);
        let Some(received) = received["Messages"].as_array().filter(|received| !received.is_empty()).cloned() else {
            break;
        };
        for message in received {
            *messages.entry(message["Body"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(scheduled.len(), 2 * started);
    for (body, attempts) in &scheduled {
        let sent = messages.remove(body).unwrap_or_default();
        assert!((1..=*attempts).contains(&sent), "{body}: sent {sent} times in {attempts} attempts");
    }
    assert!(messages.is_empty(), "nobody asked for these: {messages:?}");
    println!(
        "{kills} kills, {started} executions, {} attempts for {} tasks",
        scheduled.values().sum::<usize>(),
        2 * started
    );
}
