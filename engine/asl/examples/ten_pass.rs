//! Prints how fast the core runs the ten-Pass machine with full history, that the cost of a transition does not
//! depend on the length of the history, and what an execution that waits takes in memory. Run it with `cargo run --release -p asl --example ten_pass`.

#![allow(clippy::print_stdout)]

use std::sync::Arc;
use std::time::Instant;

use asl::{Cause, Execution, Kind, Machine, Payload, Seed, Stimulus};
use clock::Timestamp;

fn main() -> Result<(), asl::Invalid> {
    println!("{:44} {:>14} {:>16}", "machine", "executions/s", "transitions/s");
    for (name, definition, input) in [
        ("ten Pass, no fields", passes(10, ""), "{}"),
        ("ten Pass, 1 KiB input", passes(10, ""), &format!("{{\"text\":\"{}\"}}", "x".repeat(1024))),
        ("ten Pass, Parameters with a path", passes(10, r#""Parameters":{"n.$":"$.n","k":1},"#), r#"{"n":1}"#),
    ] {
        let machine = Arc::new(Machine::parse(&definition)?);
        let rate = measure(&machine, input);
        println!("{name:44} {rate:>14.0} {:>16.0}", rate * 10.0);
    }
    println!();
    println!("{:44} {:>14}", "loop of Choice rounds", "ns/transition");
    let machine = Arc::new(Machine::parse(LOOP)?);
    for rounds in [10_u32, 100, 1_000, 8_000] {
        let started = Instant::now();
        let repeats = 20_000 / rounds + 1;
        for _ in 0..repeats {
            run(&machine, &format!("{{\"left\":{rounds}}}"), Kind::Express);
        }
        let transitions = f64::from(repeats) * f64::from(rounds) * 2.0;
        println!("{rounds:>44} {:>14.0}", started.elapsed().as_nanos() as f64 / transitions);
    }
    if let Some(before) = resident_bytes() {
        let machine = Arc::new(Machine::parse(WAIT)?);
        let executions: Vec<_> = (0..100_000).map(|_| waiting(&machine)).collect();
        let after = resident_bytes().unwrap_or(before);
        println!();
        let each = after.saturating_sub(before) / executions.len() as u64;
        println!("{:44} {each:>14}", "bytes of an execution that waits");
    }
    Ok(())
}

const WAIT: &str = r#"{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":3600,"End":true}}}"#;

fn waiting(machine: &Arc<Machine>) -> Execution {
    let mut execution =
        Execution::new(machine.clone(), seed(r#"{"id":"0198f6d2-0000-7000-8000-000000000000"}"#, Kind::Standard));
    execution.apply(&Stimulus { at: Timestamp::from_millis(0), entropy: 1, cause: Cause::Start });
    execution
}

/// What the process holds in memory; only Linux tells.
fn resident_bytes() -> Option<u64> {
    let statistics = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statistics.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

const LOOP: &str = r#"{"StartAt":"Check","States":{
  "Check":{"Type":"Choice","Choices":[{"Variable":"$.left","NumericGreaterThan":0,"Next":"Step"}],"Default":"Done"},
  "Step":{"Type":"Pass","Parameters":{"left.$":"States.MathAdd($.left, -1)"},"Next":"Check"},
  "Done":{"Type":"Succeed"}}}"#;

fn passes(count: usize, fields: &str) -> String {
    let states: Vec<String> = (0..count)
        .map(|index| {
            let next =
                if index + 1 == count { "\"End\":true".to_owned() } else { format!("\"Next\":\"S{}\"", index + 1) };
            format!("\"S{index}\":{{\"Type\":\"Pass\",{fields}{next}}}")
        })
        .collect();
    format!("{{\"StartAt\":\"S0\",\"States\":{{{}}}}}", states.join(","))
}

fn measure(machine: &Arc<Machine>, input: &str) -> f64 {
    let started = Instant::now();
    let mut executions = 0_u32;
    while started.elapsed().as_secs_f64() < 1.0 {
        for _ in 0..1_000 {
            run(machine, input, Kind::Standard);
        }
        executions += 1_000;
    }
    f64::from(executions) / started.elapsed().as_secs_f64()
}

fn seed(input: &str, kind: Kind) -> Seed {
    Seed {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:machine:run".into(),
        execution_name: "run".into(),
        role_arn: "arn:aws:iam::000000000000:role/role".into(),
        state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine".into(),
        state_machine_name: "machine".into(),
        state_machine_version_arn: None,
        state_machine_alias_arn: None,
        started_at: Timestamp::from_millis(0),
        redrive_count: 0,
        input: Payload::parse(input).expect("the input is JSON"),
        kind,
    }
}

fn run(machine: &Arc<Machine>, input: &str, kind: Kind) {
    let mut execution = Execution::new(machine.clone(), seed(input, kind));
    let mut cause = Cause::Start;
    let mut history = Vec::new();
    while execution.outcome().is_none() {
        let step = execution.apply(&Stimulus { at: Timestamp::from_millis(0), entropy: 1, cause });
        history.extend(step.events);
        cause = Cause::Continue;
    }
    std::hint::black_box(history);
}
