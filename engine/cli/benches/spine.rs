//! The spine's figures: `cargo bench --package sluice --bench spine`.
//!
//! Start of the process to the first answered mutation, memory when idle, and the time of `createTodo` over HTTP, durable.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use support::Sluice;

const CREATE: &str = "mutation($title: String!) { createTodo(input: { title: $title }) { todo { id } } }";

fn main() {
    let rows = [start_to_first_mutation(), idle_memory(), create_todo("createTodo over HTTP, ephemeral", None), {
        let data = tempfile::tempdir().unwrap();
        create_todo("createTodo over HTTP, durable", Some(data.path()))
    }];
    println!("| figure | measured | aim |\n| --- | --- | --- |");
    for row in rows {
        println!("| {} | {} | {} |", row[0], row[1], row[2]);
    }
}

fn create(sluice: &Sluice, title: &str) {
    let answer = sluice.graphql(CREATE, json!({ "title": title }));
    assert!(answer["data"]["createTodo"]["todo"]["id"].is_string(), "{answer}");
}

fn start_to_first_mutation() -> [String; 3] {
    let mut times: Vec<Duration> = (0..7)
        .map(|_| {
            let begun = Instant::now();
            let sluice = Sluice::dev(&["--ephemeral"]);
            create(&sluice, "first");
            begun.elapsed()
        })
        .collect();
    times.sort();
    ["start to first answered mutation, ephemeral, median of 7".into(), milliseconds(times[3]), "≤ 500 ms".into()]
}

fn idle_memory() -> [String; 3] {
    let sluice = Sluice::dev(&["--ephemeral"]);
    (0..100).for_each(|number| create(&sluice, &format!("todo {number}")));
    // Idle: what was started has ended once every event has reached its consumers.
    let status = std::fs::read_to_string(format!("/proc/{}/status", sluice.id())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim();
    let kilobytes: f64 = resident.trim_end_matches(" kB").parse().unwrap();
    ["resident memory after 100 mutations".into(), format!("{:.1} MB", kilobytes / 1024.0), "≤ 60 MB".into()]
}

fn create_todo(name: &str, data: Option<&std::path::Path>) -> [String; 3] {
    let sluice = data.map_or_else(|| Sluice::dev(&["--ephemeral"]), Sluice::dev_at);
    (0..50).for_each(|number| create(&sluice, &format!("warm {number}")));
    let mut times: Vec<Duration> = (0..500)
        .map(|number| {
            let begun = Instant::now();
            create(&sluice, &format!("todo {number}"));
            begun.elapsed()
        })
        .collect();
    times.sort();
    let figures = format!("p50 {}, p99 {}", milliseconds(times[250]), milliseconds(times[495]));
    [name.into(), figures, if data.is_some() { "p50 ≤ 5 ms".into() } else { String::new() }]
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}
