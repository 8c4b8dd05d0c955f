//! Runs the fuzz targets, with the pinned toolchain: libFuzzer's instrumentation needs no nightly compiler.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::{root, target};
use crate::steps::{command, run, say};

/// Where the crates that have fuzz targets keep them, as cargo-fuzz expects it.
const CRATES: &[&str] = &["engine/asl", "engine/event-pattern", "handlers/imaging"];

/// What makes the compiler count the branches that an input takes.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cdebug-assertions -Ccodegen-units=1";

/// Fuzzes each target whose name contains `only` for so many seconds; what it learns stays in `target/fuzz/corpus`.
/// It begins with what lies in `fuzz/seeds/<target>`.
pub(crate) fn fuzz(only: Option<&str>, seconds: u64) -> Result<()> {
    let host = host()?;
    let mut found = 0;
    for folder in CRATES.iter().map(|name| root().join(name).join("fuzz")) {
        for name in targets(&folder)?.into_iter().filter(|name| only.is_none_or(|only| name.contains(only))) {
            found += 1;
            say(&format!("\n── {name}, {seconds} s"));
            let corpus = target().join("fuzz/corpus").join(&name);
            fs::create_dir_all(&corpus)?;
            // With a target of its own, so that build scripts are not instrumented.
            let cargo = |verb| {
                let mut cargo = command("cargo", &[verb, "--release", "--locked", "--target", &host, "--bin", &name]);
                cargo.current_dir(&folder);
                cargo.env("CARGO_TARGET_DIR", target().join("fuzz")).env("RUSTFLAGS", INSTRUMENTATION);
                cargo
            };
            run(&mut cargo("build")).with_context(|| format!("{name} can't be built in {}", folder.display()))?;
            let bounds = [&format!("-max_total_time={seconds}"), "-timeout=10", "-rss_limit_mb=2048"];
            // What it begins with: without pictures it would guess at magic numbers all day.
            let seeds = Some(folder.join("seeds").join(&name)).filter(|seeds| seeds.is_dir());
            run(cargo("run").arg("--").arg(&corpus).args(seeds).args(bounds).arg("-print_final_stats=1"))
                .with_context(|| format!("the input that breaks {name} lies in {}", folder.display()))?;
        }
    }
    if found == 0 {
        bail!("no fuzz target's name contains {}", only.unwrap_or_default());
    }
    Ok(())
}

/// Fails where a fuzz crate's lock file lacks what the crate beside it has come to need: nothing else builds with it.
pub(crate) fn lock_files() -> Result<()> {
    for name in CRATES {
        let mut tree = command("cargo", &["tree", "--quiet", "--locked", "--depth", "0", "--manifest-path"]);
        run(tree.arg(root().join(name).join("fuzz/Cargo.toml"))).with_context(|| {
            format!("`cargo metadata --manifest-path {name}/fuzz/Cargo.toml` writes its lock file anew")
        })?;
    }
    Ok(())
}

/// This machine's target triple.
fn host() -> Result<String> {
    let version = command("rustc", &["--version", "--verbose"]).output().context("cannot start rustc")?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc tells no host")?;
    Ok(host.to_owned())
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let targets = folder.join("fuzz_targets");
    let files = fs::read_dir(&targets).with_context(|| format!("cannot read {}", targets.display()))?;
    let mut names = files
        .map(|file| Ok(PathBuf::from(file?.file_name()).with_extension("").display().to_string()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
