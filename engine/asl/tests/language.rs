//! Every row of the language, as fixtures: definition, input and the history that must come out.
//!
//! `UPDATE_FIXTURES=1 cargo nextest run -p asl` writes what comes out into the fixtures; read the difference.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl::{Execution, HistoryEvent, Machine, Task};
use serde_json::{Value, json};
use support::{Answer, Run, doubles};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn load(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn run(fixture: &Value) -> Run {
    let machine = Machine::parse(&fixture["definition"].to_string()).unwrap_or_else(|invalid| panic!("{invalid}"));
    let input = fixture["input_text"].as_str().map_or_else(|| fixture["input"].to_string(), str::to_owned);
    let calls = Cell::new(0);
    Run::to_end(&Arc::new(machine), &input, &|task| function(task, &calls))
}

/// The functions that fixtures call: `echo`, `fails`, `fails-twice`, `silent`.
fn function(task: &Task, calls: &Cell<u32>) -> Answer {
    let name = task.resource.arn.rsplit(':').next().unwrap();
    match name {
        "fails" => Answer::Fails { error: "Broken".to_owned(), cause: Some("it is".to_owned()) },
        "fails-twice" if calls.replace(calls.get() + 1) < 2 => Answer::Fails { error: "Flaky".to_owned(), cause: None },
        "silent" | "sendMessage.waitForTaskToken" => Answer::Silent,
        _ => doubles::echo(task),
    }
}

/// One line an event: seconds since the start, id, previous id, type, details.
fn lines(run: &Run) -> Vec<Value> {
    let start = run.execution.seed().started_at;
    run.history.iter().map(|event| json!(line(event, start))).collect()
}

fn line(event: &HistoryEvent, start: clock::Timestamp) -> String {
    let api = event.to_api(true);
    let details = api.as_object().unwrap().iter().find(|(name, _)| name.ends_with("Details"));
    let mut details = details.map_or_else(|| json!({}), |(_, details)| details.clone());
    for name in ["inputDetails", "outputDetails", "assignedVariablesDetails"] {
        details.as_object_mut().unwrap().shift_remove(name);
    }
    let seconds = event.at.since(start).as_secs_f64();
    format!("{seconds} {}<{} {} {details}", event.id, event.previous_id, event.event_type())
}

#[test]
fn fixtures_give_the_history_they_tell() {
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let mut problems = Vec::new();
    for path in fixtures() {
        let mut fixture = load(&path);
        let history = Value::Array(lines(&run(&fixture)));
        if update {
            fixture["history"] = history;
            std::fs::write(&path, serde_json::to_string_pretty(&fixture).unwrap() + "\n").unwrap();
        } else if fixture["history"] != history {
            problems.push(format!("{}\n{history:#}", path.file_stem().unwrap().to_string_lossy()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn replaying_the_journal_rebuilds_history_and_outcome() {
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        // The other test is writing them.
        return;
    }
    for path in fixtures() {
        let run = run(&load(&path));
        let mut again = Execution::new(run.execution.machine().clone(), run.execution.seed().clone());
        let mut history = Vec::new();
        for stimulus in &run.journal {
            let stored = serde_json::to_string(stimulus).unwrap();
            history.extend(again.apply(&serde_json::from_str(&stored).unwrap()).events);
        }
        assert_eq!(history, run.history, "{}", path.display());
        assert_eq!(again.outcome(), run.execution.outcome(), "{}", path.display());
    }
}
