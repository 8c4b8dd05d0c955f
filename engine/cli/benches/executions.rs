//! The workflow engine's figures over the wire: `cargo bench --package sluice --bench executions`.
//!
//! Durable (`--data`), killed and started again in between. `-- --endpoint http://127.0.0.1:8083` drives another endpoint instead,
//! with what needs nothing but the API.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;
mod wire;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::Sluice;
use wire::{Client, Load, member, milliseconds};

const SECONDS: Duration = Duration::from_secs(5);
const WAITING: usize = 100_000;

fn main() {
    println!("| what | measured |\n| --- | --- |");
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(position) = arguments.iter().position(|argument| argument == "--endpoint") {
        return ten_pass(&arguments[position + 1], &[1, 32]);
    }
    let data = tempfile::tempdir().unwrap();
    let sluice = serve(data.path());
    ten_pass(&sluice.aws, &[1, 32]);
    express(&sluice.aws);
    history_length(&sluice.aws);
    waiting(sluice, data.path());
}

fn serve(data: &Path) -> Sluice {
    Sluice::serve(&["--data", data.to_str().unwrap()])
}

fn row(what: &str, measured: &str) {
    println!("| {what} | {measured} |");
}

fn machine(client: &mut Client, name: &str, kind: &str, definition: &Value) -> String {
    let name = format!("{name}-{}", uuid::Uuid::new_v4().simple());
    let role = "arn:aws:iam::000000000000:role/machines";
    let input = json!({"name": name, "type": kind, "definition": definition.to_string(), "roleArn": role});
    member(client.call("AWSStepFunctions.CreateStateMachine", &input.to_string()), "stateMachineArn").to_owned()
}

fn passes() -> Value {
    let states: serde_json::Map<String, Value> = (0..10)
        .map(|number| {
            let next = if number < 9 { json!(format!("S{}", number + 1)) } else { Value::Null };
            let mut state = json!({"Type": "Pass", "Next": next});
            if number == 9 {
                state = json!({"Type": "Pass", "End": true});
            }
            (format!("S{number}"), state)
        })
        .collect();
    json!({"StartAt": "S0", "States": states})
}

fn counting(rounds: u64) -> Value {
    json!({"StartAt": "Add", "States": {
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough"},
        "Enough": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": rounds, "Next": "Add"}], "Default": "Done"},
        "Done": {"Type": "Succeed"}
    }})
}

/// Starts an execution and asks until it has ended.
fn run(client: &mut Client, machine: &str, input: &str) {
    let start = json!({"stateMachineArn": machine, "input": input}).to_string();
    let execution = member(client.call("AWSStepFunctions.StartExecution", &start), "executionArn").to_owned();
    let describe = json!({ "executionArn": execution }).to_string();
    loop {
        match member(client.call("AWSStepFunctions.DescribeExecution", &describe), "status") {
            "RUNNING" => {}
            "SUCCEEDED" => return,
            other => panic!("{execution} is {other}"),
        }
    }
}

fn ten_pass(endpoint: &str, clients: &[usize]) {
    let machine = machine(&mut Client::new(endpoint), "passes", "STANDARD", &passes());
    for &clients in clients {
        let load = Load::run(endpoint, clients, SECONDS, |mut client| {
            let machine = &machine;
            move |_| run(&mut client, machine, "{}")
        });
        row(
            &format!("ten Pass states, started and asked for, {clients} client(s)"),
            &format!(
                "{:.0} executions/s, {:.0} steps/s, p50 {}, p99 {}",
                load.rate(),
                load.rate() * 10.0,
                milliseconds(load.percentile(50)),
                milliseconds(load.percentile(99))
            ),
        );
    }
}

/// Starts an Express execution and waits for its output.
fn run_now(client: &mut Client, machine: &str, input: &Value) {
    let start = json!({"stateMachineArn": machine, "input": input.to_string()}).to_string();
    let answer = client.call("AWSStepFunctions.StartSyncExecution", &start);
    assert_eq!(member(answer, "status"), "SUCCEEDED", "{answer}");
}

fn express(endpoint: &str) {
    let mut client = Client::new(endpoint);
    let ten = machine(&mut client, "express", "EXPRESS", &passes());
    for clients in [1, 32] {
        let load = Load::run(endpoint, clients, SECONDS, |mut client| {
            let ten = &ten;
            move |_| run_now(&mut client, ten, &json!({}))
        });
        row(
            &format!("StartSyncExecution of ten Pass states, {clients} client(s)"),
            &format!(
                "{:.0}/s, p50 {}, p99 {}",
                load.rate(),
                milliseconds(load.percentile(50)),
                milliseconds(load.percentile(99))
            ),
        );
    }
    let item = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let map = json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": item, "End": true}}});
    let map = machine(&mut client, "map", "EXPRESS", &map);
    let items: Vec<u32> = (0..10_000).collect();
    median("Map of 10,000 items, Express", || run_now(&mut client, &map, &json!({ "items": items })));
    let mut client = Client::new(endpoint);
    let counting = machine(&mut client, "count", "EXPRESS", &counting(10_000));
    median("loop of 10,000 Choice rounds, Express", || run_now(&mut client, &counting, &json!({"n": 0})));
}

fn median(what: &str, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    row(what, &format!("{}, median of 5", milliseconds(times[2])));
    times[2]
}

/// A transition costs the same in a long history as in a short one.
fn history_length(endpoint: &str) {
    let mut client = Client::new(endpoint);
    for rounds in [10, 100, 1_000, 5_000] {
        let machine = machine(&mut client, "length", "STANDARD", &counting(rounds));
        let mut times: Vec<Duration> = (0..5)
            .map(|_| {
                let begun = Instant::now();
                run(&mut client, &machine, r#"{"n":0}"#);
                begun.elapsed()
            })
            .collect();
        times.sort();
        let each = times[2].as_secs_f64() * 1e6 / (2 * rounds) as f64;
        row(
            &format!("Standard loop, {rounds} rounds, {} events of history", 4 * rounds + 3),
            &format!("{}, {each:.1} µs a transition", milliseconds(times[2])),
        );
    }
}

/// Many executions that only wait cost little, hold up nobody, and are all there after a restart.
fn waiting(sluice: Sluice, data: &Path) {
    let mut client = Client::new(&sluice.aws);
    let seconds = Duration::from_secs(60);
    let now = || std::time::SystemTime::now();
    let until = jiff::Timestamp::try_from(now() + seconds).unwrap().to_string();
    let wait = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "TimestampPath": "$.until", "End": true}}});
    let machine = machine(&mut client, "wait", "STANDARD", &wait);
    let (before, begun) = (resident(&sluice), Instant::now());
    let start = json!({"stateMachineArn": machine, "input": json!({ "until": until }).to_string()}).to_string();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                let mut client = Client::new(&sluice.aws);
                for _ in 0..WAITING / 32 {
                    client.call("AWSStepFunctions.StartExecution", &start);
                }
            });
        }
    });
    let rate = WAITING as f64 / begun.elapsed().as_secs_f64();
    row(&format!("{WAITING} executions that wait, started by 32 clients"), &format!("{rate:.0}/s"));
    row("resident memory before and with them", &format!("{before:.0} MB and {:.0} MB", resident(&sluice)));
    ten_pass(&sluice.aws, &[32]);
    sluice.kill();
    let sluice = serve(data);
    row("restart after kill -9 with them, until ready and each is waited for", &milliseconds(sluice.ready_after));
    assert_eq!(running(&sluice, &machine), WAITING, "all wait again");
    row("resident memory after the restart", &format!("{:.0} MB", resident(&sluice)));
    sluice.kill();
    while begun.elapsed() < seconds {
        std::thread::sleep(Duration::from_millis(50));
    }
    let begun = Instant::now();
    let sluice = serve(data);
    while running(&sluice, &machine) > 0 {}
    row("restart after all fell due, until all have ended", &milliseconds(begun.elapsed()));
}

fn running(sluice: &Sluice, machine: &str) -> usize {
    let mut client = Client::new(&sluice.aws);
    let (mut count, mut token) = (0, None);
    loop {
        let list =
            json!({"stateMachineArn": machine, "statusFilter": "RUNNING", "maxResults": 1000, "nextToken": token});
        let answer: Value =
            serde_json::from_str(client.call("AWSStepFunctions.ListExecutions", &list.to_string())).unwrap();
        count += answer["executions"].as_array().unwrap().len();
        token = answer["nextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            return count;
        }
    }
}

/// Megabytes.
fn resident(sluice: &Sluice) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", sluice.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
