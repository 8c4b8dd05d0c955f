//! The figure of media: `cargo bench --package sluice --bench media`.
//!
//! A photo of 5 MB, from the request to upload it to the answer that all variants are ready, through the front door; and
//! the processor's time that it takes, which tells more than the clock where others work on the same processors.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/media/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../../../handlers/imaging/benches/peers/photo.rs"]
mod photo;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use client::File;
use serde_json::json;
use support::Sluice;

const ROUNDS: usize = 21;

/// How far one upload is, from its beginning.
#[derive(Clone, Copy)]
struct Round {
    granted: Duration,
    sent: Duration,
    ready: Duration,
    /// How long the engine kept processors busy.
    worked: Duration,
}

fn main() {
    let file = File { name: "photo.jpg", content_type: "image/jpeg", content: photo::jpeg(4240, 3180) };
    println!("a photo of {:.2} MB\n", file.content.len() as f64 / 1e6);
    println!("| figure | durable | ephemeral | aim |\n| --- | --- | --- | --- |");
    let data = tempfile::tempdir().unwrap();
    let durable = rounds(&Sluice::dev_at(data.path()), &file);
    let ephemeral = rounds(&Sluice::dev(&["--ephemeral"]), &file);
    let row = |name: &str, aim: &str, step: fn(&Round) -> Duration| {
        println!("| {name} | {} | {} | {aim} |", percentiles(&durable, step), percentiles(&ephemeral, step));
    };
    row("`createUpload`", "", |round| round.granted);
    row("`PUT` of the photo to its signed URL", "", |round| round.sent - round.granted);
    row("from there to all variants ready", "", |round| round.ready - round.sent);
    row("all of it", "p50 ≤ 400 ms", |round| round.ready);
    row("processor's time of the engine", "", |round| round.worked);
}

fn rounds(sluice: &Sluice, file: &File) -> Vec<Round> {
    let announced = file.announced();
    let rounds = (0..=ROUNDS).map(|_| round(sluice, file, &announced)).collect::<Vec<_>>();
    // The first one opens what the others find open.
    rounds[1..].to_vec()
}

fn round(sluice: &Sluice, file: &File, announced: &serde_json::Value) -> Round {
    let (begun, before) = (Instant::now(), worked(sluice));
    let created = client::create(sluice, announced.clone());
    let granted = begun.elapsed();
    assert_eq!(client::send(&created["upload"], &file.content).status, 200);
    let sent = begun.elapsed();
    let id = created["media"]["id"].as_str().unwrap();
    loop {
        let query = "query($id: ID!) { media(id: $id) { status variants { url } } }";
        let media = client::graphql(sluice, query, json!({"id": id}))["media"].take();
        if media["status"] == "READY" {
            assert_eq!(media["variants"].as_array().unwrap().len(), 8, "{media}");
            return Round { granted, sent, ready: begun.elapsed(), worked: worked(sluice) - before };
        }
        // Each question takes a millisecond from the processors that do the work; what is measured is late by a pause at most.
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How long the engine has kept processors busy, in the kernel too: its clock has a hundred ticks a second.
fn worked(sluice: &Sluice) -> Duration {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", sluice.id())).unwrap();
    let after_name = status.rsplit_once(')').unwrap().1;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>();
    Duration::from_millis(ticks * 10)
}

fn percentiles(rounds: &[Round], step: fn(&Round) -> Duration) -> String {
    let mut times: Vec<Duration> = rounds.iter().map(step).collect();
    times.sort();
    let milliseconds = |at: usize| times[at].as_secs_f64() * 1000.0;
    format!("p50 {:.1} ms, slowest {:.1} ms", milliseconds(times.len() / 2), milliseconds(times.len() - 1))
}
