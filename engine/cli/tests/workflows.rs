//! Every machine in `workflows/` does what its cases say, in virtual time.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use asl::{Action, Cause, Execution, Kind, Machine, Outcome, Payload, Phase, Seed, Stimulus};
use clock::Timestamp;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    behaviour: String,
    started_at: Option<String>,
    input: Value,
    mocks: HashMap<String, VecDeque<Mock>>,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mock {
    Return(Value),
    Throw { error: String, cause: Option<String> },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expected {
    status: String,
    output: Option<Value>,
    error: Option<String>,
    cause: Option<String>,
    ended_at: Option<String>,
}

#[test]
fn every_workflow_has_cases_and_satisfies_them() {
    let mut cases = 0;
    for folder in fs::read_dir(support::project().join("workflows")).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.is_dir() {
            continue;
        }
        let machine = Arc::new(machine(&folder.join("definition.asl.json")));
        let files = fs::read_dir(folder.join("cases")).unwrap_or_else(|_| panic!("{} has no cases", folder.display()));
        let before = cases;
        for file in files.map(|entry| entry.unwrap().path()) {
            let case: Case = serde_json::from_str(&fs::read_to_string(&file).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            run(&machine, case, &file);
            cases += 1;
        }
        assert!(cases > before, "{} has no cases", folder.display());
    }
    assert!(cases > 0);
}

/// The machine, with each `${Name}` bound to something that is no resource of anybody's.
fn machine(file: &Path) -> Machine {
    let text = fs::read_to_string(file).unwrap();
    let mut bound = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}').expect("a substitution ends");
        bound.push_str(before);
        bound.push_str(name);
        rest = behind;
    }
    Machine::parse(&(bound + rest)).unwrap_or_else(|invalid| panic!("{}: {invalid}", file.display()))
}

fn run(machine: &Arc<Machine>, mut case: Case, file: &Path) {
    let what = format!("{}: {}", file.display(), case.behaviour);
    let mut now =
        case.started_at.as_deref().map_or(Timestamp::default(), |text| Timestamp::parse_rfc3339(text).unwrap());
    let mut execution = Execution::new(Arc::clone(machine), seed(now, &case.input));
    let mut due: BTreeMap<(Timestamp, u64), Cause> = BTreeMap::from([((now, 0), Cause::Start)]);
    let mut timers = HashMap::new();
    let mut tasks = HashMap::new();
    let mut number = 0;
    while let Some(((at, _), cause)) = due.pop_first() {
        now = now.max(at);
        number += 1;
        let step = execution.apply(&Stimulus { at: now, entropy: number, cause });
        for action in step.actions {
            number += 1;
            match action {
                Action::StartTask(task) => {
                    let mock = case.mocks.get_mut(&*task.state).and_then(VecDeque::pop_front);
                    let mock = mock.unwrap_or_else(|| panic!("{what}: no mock is left for {}", task.state));
                    let cause = match mock {
                        Mock::Return(value) => {
                            let output = Payload::parse(&value.to_string()).unwrap();
                            Cause::TaskSucceeded { task: task.id, output }
                        }
                        Mock::Throw { error, cause } => {
                            Cause::TaskFailed { task: task.id, error: Some(error), cause, phase: Phase::Run }
                        }
                    };
                    tasks.insert(task.id, (now, number));
                    due.insert((now, number), cause);
                }
                Action::SetTimer { timer, at } => {
                    timers.insert(timer, (at, number));
                    due.insert((at, number), Cause::TimerFired { timer });
                }
                Action::CancelTimer(timer) => {
                    if let Some(key) = timers.remove(&timer) {
                        due.remove(&key);
                    }
                }
                Action::CancelTask(task) => {
                    if let Some(key) = tasks.remove(&task) {
                        due.remove(&key);
                    }
                }
                Action::Continue => drop(due.insert((now, number), Cause::Continue)),
                Action::Finish => due.clear(),
                other => panic!("{what}: {other:?} is not part of a case"),
            }
        }
    }
    let outcome = execution.outcome().unwrap_or_else(|| panic!("{what}: it did not end"));
    assert_eq!(outcome.status(), case.expected.status, "{what}: {outcome:?}");
    match outcome {
        Outcome::Succeeded { output } => assert_eq!(Some(output.to_json()), case.expected.output, "{what}"),
        Outcome::Failed { error, cause } | Outcome::TimedOut { error, cause } | Outcome::Aborted { error, cause } => {
            assert_eq!(error.as_deref(), case.expected.error.as_deref(), "{what}");
            if case.expected.cause.is_some() {
                assert_eq!(cause.as_deref(), case.expected.cause.as_deref(), "{what}");
            }
        }
    }
    if let Some(ended) = case.expected.ended_at {
        assert_eq!(now.to_rfc3339_millis(), ended, "{what}");
    }
    let unused: Vec<_> = case.mocks.iter().filter(|(_, left)| !left.is_empty()).map(|(state, _)| state).collect();
    assert!(unused.is_empty(), "{what}: mocks were left over for {unused:?}");
}

fn seed(started_at: Timestamp, input: &Value) -> Seed {
    Seed {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:machine:case".into(),
        execution_name: "case".into(),
        role_arn: "arn:aws:iam::000000000000:role/case".into(),
        state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine".into(),
        state_machine_name: "machine".into(),
        state_machine_version_arn: None,
        state_machine_alias_arn: None,
        started_at,
        redrive_count: 0,
        input: Payload::parse(&input.to_string()).unwrap(),
        kind: Kind::Standard,
    }
}
