//! What a job costs: processor time of this thread, and the most memory of a process that does one job.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use imaging::{Limits, Variant};

use crate::{kept, photo};

/// Processor time of this thread so far. Nanoseconds, as the scheduler counts them.
pub(crate) fn cpu_milliseconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_ascii_whitespace().next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default() / 1e6
}

/// The one variant that a process of its own is to make.
pub(crate) struct Job {
    variant: Variant,
    file: String,
}

impl Job {
    /// What `table` started this process for.
    pub(crate) fn asked_for() -> Option<Self> {
        let mut arguments = std::env::args().skip_while(|argument| argument != "--job").skip(1);
        let variant = serde_json::from_str(&arguments.next()?).expect("is written in this file");
        Some(Self { variant, file: arguments.next()? })
    }

    /// Makes the variant and prints, in KiB: what its decoded pixels take, and the process's peak before and after.
    pub(crate) fn run(self) -> Result<(), Box<dyn Error>> {
        let bytes = fs::read(&self.file)?;
        // The program's own pages are not the job's.
        imaging::render(&photo::jpeg(64, 48), &self.variant, &Limits::default())?;
        let before = peak()?;
        let rendered = imaging::render(&bytes, &self.variant, &Limits::default())?;
        let needed = u64::from(rendered.width) * u64::from(rendered.height) * 3 / 1024;
        println!("{needed} {before} {}", peak()?);
        Ok(())
    }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("the system does not tell VmHWM")?;
    Ok(line.split_ascii_whitespace().nth(1).ok_or("VmHWM has a value")?.parse()?)
}

/// Runs one job a process and prints the most memory that each had.
pub(crate) fn table(folder: &Path) -> Result<(), Box<dyn Error>> {
    let photo = folder.join("photo.jpg");
    let large = kept(folder.join("large.jpg"), || photo::jpeg(11_600, 8_700))?;
    println!(
        "\n| job | decoded output it needs | its result, decoded | peak above a process with the file in memory that made a tiny picture | of the decoded output | peak of the process |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for (name, file, decoded, variant) in [
        ("12 megapixels to 800 × 600, JPEG", &photo, (1000, 750), r#"{"width":800}"#),
        ("12 megapixels to 800 × 600, WebP", &photo, (1000, 750), r#"{"width":800,"format":"webp"}"#),
        ("12 megapixels to 1920 × 1440, JPEG", &photo, (2000, 1500), r#"{"width":1920}"#),
        ("12 megapixels to 1920 × 1440, WebP", &photo, (2000, 1500), r#"{"width":1920,"format":"webp"}"#),
        ("12 megapixels to 800 × 600, AVIF", &photo, (1000, 750), r#"{"width":800,"format":"avif"}"#),
        ("12 megapixels in full, JPEG", &photo, (4000, 3000), "{}"),
        ("101 megapixels to 800 × 600, JPEG", &large, (1450, 1088), r#"{"width":800}"#),
        ("101 megapixels to 800 × 600, AVIF", &large, (1450, 1088), r#"{"width":800,"format":"avif"}"#),
        ("101 megapixels in full, JPEG", &large, (11_600, 8_700), "{}"),
        ("101 megapixels in full, WebP", &large, (11_600, 8_700), r#"{"format":"webp"}"#),
    ] {
        let output = Command::new(std::env::current_exe()?).args(["--job", variant]).arg(file).output()?;
        let text = String::from_utf8(output.stdout)?;
        let numbers: Vec<f64> = text.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [result, before, after] = numbers[..] else {
            return Err(format!("{name}: {text}{}", String::from_utf8_lossy(&output.stderr)).into());
        };
        // At the scale that a JPEG is decoded at.
        let needed = f64::from(decoded.0 * decoded.1 * 3) / 1024.0;
        println!(
            "| {name} | {:.1} MB | {:.1} MB | {:.1} MB | {:.2} × | {:.0} MB |",
            needed / 1024.0,
            result / 1024.0,
            (after - before) / 1024.0,
            (after - before) / needed,
            after / 1024.0,
        );
    }
    Ok(())
}
