//! This crate against npm `sharp` and against `image` alone: same pictures, same run, one thread, default settings.
//!
//! `cargo bench --package imaging --bench peers`; needs npm. CPU time is what is compared, since a shared machine's wall
//! clock tells more about its other work. Each figure is a median over rounds in which all take turns.
#![allow(clippy::print_stdout)]

mod memory;
mod photo;
mod sharp;
mod similarity;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use imaging::{Limits, OutputFormat, Rendered, Variant};

use crate::memory::cpu_milliseconds;
use crate::sharp::Sharp;

const ROUNDS: usize = 15;
/// What the figures are about: a camera's picture, as wide as a page's column.
const WIDTH: u32 = 800;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(job) = memory::Job::asked_for() {
        return job.run();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imaging-peers");
    fs::create_dir_all(&folder)?;
    let photo = kept(folder.join("photo.jpg"), || photo::jpeg(4000, 3000))?;
    let bytes = fs::read(&photo)?;
    println!(
        "4000 × 3000 JPEG of {:.1} MB to {WIDTH} pixels, one thread, medians of {ROUNDS}\n",
        bytes.len() as f64 / 1e6
    );

    let reference = similarity::reference(&bytes, WIDTH)?;
    let mut sharp = Sharp::start()?;
    println!(
        "| to | imaging, CPU ms (wall) | sharp, CPU ms (wall) | throughput of sharp's | SSIM imaging / sharp | bytes imaging / sharp |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for format in [OutputFormat::Jpeg, OutputFormat::WebP, OutputFormat::Avif] {
        let rounds = if format == OutputFormat::Avif { 3 } else { ROUNDS };
        let output = folder.join(format!("sharp.{}", format.extension()));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut made = None;
        for _ in 0..=rounds {
            let (rendered, times) = measured(|| render(&bytes, format));
            made = Some(rendered?);
            ours.push(times);
            theirs.push(sharp.make(&photo, WIDTH, format, &output)?);
        }
        // The first round warms up.
        let (ours, theirs) = (median(&ours[1..]), median(&theirs[1..]));
        let made = made.expect("at least one round");
        fs::write(folder.join(format!("imaging.{}", format.extension())), &made.bytes)?;
        let peer = fs::read(&output)?;
        let likeness = match format {
            OutputFormat::Avif => "not compared".to_owned(),
            _ => format!("{:.4} / {:.4}", reference.likeness(&made.bytes)?, reference.likeness(&peer)?),
        };
        println!(
            "| {format:?} | {:.1} ({:.1}) | {:.1} ({:.1}) | {:.2} × | {likeness} | {} / {} |",
            ours.cpu,
            ours.wall,
            theirs.cpu,
            theirs.wall,
            theirs.cpu / ours.cpu,
            made.bytes.len(),
            peer.len(),
        );
    }
    alone(&bytes)?;
    memory::table(&folder)?;
    Ok(())
}

fn render(bytes: &[u8], format: OutputFormat) -> Result<Rendered, imaging::Rejection> {
    imaging::render(bytes, &Variant { width: Some(WIDTH), format, ..Variant::default() }, &Limits::default())
}

/// The crate `image` by itself: decode, Lanczos, encode.
fn alone(bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let (rendered, times) = measured(|| render(bytes, OutputFormat::Jpeg));
        rendered?;
        ours.push(times);
        let (done, times) = measured(|| -> Result<(), image::ImageError> {
            let picture = image::load_from_memory(bytes)?;
            let small = picture.resize(WIDTH, WIDTH, image::imageops::FilterType::Lanczos3).into_rgb8();
            let mut out = Vec::new();
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 80).encode_image(&small)
        });
        done?;
        theirs.push(times);
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    println!(
        "\nagainst `image` alone, to JPEG: {:.1} ms and {:.0} ms CPU, {:.1} ×",
        ours.cpu,
        theirs.cpu,
        theirs.cpu / ours.cpu
    );
    Ok(())
}

/// How long something took.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
struct Times {
    wall: f64,
    cpu: f64,
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Times) {
    let (start, before) = (std::time::Instant::now(), cpu_milliseconds());
    let done = work();
    let cpu = cpu_milliseconds() - before;
    (done, Times { wall: start.elapsed().as_secs_f64() * 1e3, cpu })
}

fn median(times: &[Times]) -> Times {
    let middle = |of: fn(&Times) -> f64| {
        let mut sorted: Vec<f64> = times.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    Times { wall: middle(|times| times.wall), cpu: middle(|times| times.cpu) }
}

/// A file that is made once.
fn kept(path: PathBuf, make: impl FnOnce() -> Vec<u8>) -> std::io::Result<PathBuf> {
    if !path.is_file() {
        fs::write(&path, make())?;
    }
    Ok(path)
}
