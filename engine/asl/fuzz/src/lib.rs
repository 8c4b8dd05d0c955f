//! Runs what a fuzzer makes up as far as it goes without a task's answer.

use asl::{Cause, Execution, Kind, Machine, Payload, Seed, Stimulus};
use clock::Timestamp;
use serde_json::{Value, json};

/// Parses a definition, and starts an execution of it where it is valid.
pub fn start(definition: &str, input: &str) {
    let (Ok(machine), Ok(input)) = (Machine::parse(definition), Payload::parse(input)) else { return };
    let at = Timestamp::from_millis(0);
    let seed = Seed {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:1".into(),
        execution_name: "1".into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        state_machine_name: "m".into(),
        state_machine_version_arn: None,
        state_machine_alias_arn: None,
        started_at: at,
        redrive_count: 0,
        input,
        kind: Kind::Standard,
    };
    let mut execution = Execution::new(machine.into(), seed);
    let step = execution.apply(&Stimulus { at, entropy: 1, cause: Cause::Start });
    for event in &step.events {
        event.to_api(true);
    }
}

/// Starts an execution of that one state, with some input to look into.
pub fn start_state(mut state: Value) {
    state["End"] = json!(true);
    let definition = json!({"StartAt": "S", "States": {"S": state}});
    start(&definition.to_string(), r#"{"a": [1, 2.5, {"b": "c"}], "t": "2024-01-01T00:00:00Z", "u": "ä€😀", "n": null}"#);
}
