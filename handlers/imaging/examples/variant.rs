//! Makes one variant of a file and tells how much memory that took.
//!
//! `cargo run --release --package imaging --example variant -- IN OUT '{"width": 800, "format": "webp"}'`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Instant;
use std::{env, fs};

use imaging::{Limits, Variant};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, output, variant] = arguments.as_slice() else {
        return Err("usage: variant IN OUT VARIANT, where VARIANT is JSON".into());
    };
    let variant: Variant = serde_json::from_str(variant)?;
    let bytes = fs::read(input)?;
    let before = high_water();
    let start = Instant::now();
    let rendered = imaging::render(&bytes, &variant, &Limits::default())
        .map_err(|rejection| format!("{}: {rejection}", rejection.code()))?;
    let took = start.elapsed();
    let after = high_water();
    fs::write(output, &rendered.bytes)?;
    let (width, height, length) = (rendered.width, rendered.height, rendered.bytes.len());
    println!("{width} × {height}, {length} bytes, {} ms", took.as_millis());
    println!("peak memory: {} KiB before, {} KiB after", before.unwrap_or_default(), after.unwrap_or_default());
    Ok(())
}

/// The most memory that this process ever had, in KiB, where the system tells.
fn high_water() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}
