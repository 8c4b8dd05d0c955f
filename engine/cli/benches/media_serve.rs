//! Pictures by their address: `cargo bench --package sluice --bench media_serve`.
//!
//! What a browser waits for a picture that is kept, for one that it has, and for one that has to be made.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/pictures/mod.rs"]
mod pictures;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use pictures::{hills, signed, upload};
use support::Sluice;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!("| figure | ephemeral | durable | bytes | aim |\n| --- | --- | --- | --- | --- |");
    let data = tempfile::tempdir().unwrap();
    let stacks = [Sluice::dev(&["--ephemeral"]), Sluice::dev_at(data.path())];
    let content = hills(2000);
    let ids: Vec<_> = stacks.iter().map(|sluice| runtime.block_on(upload(sluice, "lake", &content))).collect();
    let url = |place: usize, what: &str| format!("{}/media/{}/{what}", stacks[place].web, ids[place]);
    for (name, what, accept) in [
        ("kept, thumbnail in AVIF", "thumbnail", "image/avif"),
        ("kept, card in WebP", "card", "image/webp"),
        ("kept, full in JPEG", "full", "*/*"),
    ] {
        let figures = [0, 1].map(|place| hits(&url(place, what), &[("accept", accept)]));
        println!("| {name} | {} | {} | {} | p50 ≤ 2 ms |", figures[0].0, figures[1].0, figures[0].1);
    }
    let figures = [0, 1].map(|place| {
        let card = url(place, "card");
        let etag = pictures::get(&card, &[]).header("etag").unwrap().to_owned();
        hits(&card, &[("if-none-match", &etag)]).0
    });
    println!("| 304, card | {} | {} | 0 | |", figures[0], figures[1]);
    let figures = [0, 1].map(|place| misses(&stacks[place], &ids[place]));
    println!("| made, signed, 2000 × 2000 to 400 pixels, JPEG | {} | {} | | |", figures[0], figures[1]);
}

fn hits(url: &str, headers: &[(&str, &str)]) -> (String, usize) {
    let agent = ureq::Agent::new_with_defaults();
    let ask = || {
        let begun = Instant::now();
        let request = headers.iter().fold(agent.get(url), |request, (name, value)| request.header(*name, *value));
        let bytes = request.call().unwrap().body_mut().read_to_vec().unwrap().len();
        (begun.elapsed(), bytes)
    };
    (0..50).for_each(|_| {
        ask();
    });
    let (times, bytes): (Vec<_>, Vec<_>) = (0..500).map(|_| ask()).unzip();
    (figures(times), bytes[0])
}

/// Each asks for another width, so that each is made.
fn misses(sluice: &Sluice, id: &str) -> String {
    let addresses: Vec<_> =
        (0..20).map(|number| signed(sluice, &format!("/media/{id}/w={},format=jpeg", 400 + number))).collect();
    let times = addresses.iter().map(|address| {
        let begun = Instant::now();
        assert_eq!(pictures::get(address, &[]).status, 200);
        begun.elapsed()
    });
    figures(times.collect())
}

fn figures(mut times: Vec<Duration>) -> String {
    times.sort();
    let milliseconds = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1000.0;
    format!("p50 {:.2} ms, p99 {:.2} ms", milliseconds(50), milliseconds(99))
}
