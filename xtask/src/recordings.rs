//! AWS's recordings of Step Functions, replayed against the running engine through boto3.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};

use crate::project::{root, shared, target};
use crate::setup;
use crate::steps::{command, say};

/// How many of the recorded cases must agree exactly: all that do, but for one that gives Python a second to start, which a
/// busy machine may not have. `docs/fidelity.md` says what the others are.
const EXACT: usize = 548;

/// Replays the recordings against `sluice` where they are, prints the report per feature, and fails below [`EXACT`]. What the cases need besides
/// Step Functions is made first, by `xtask/recordings/prepare.py`. The cases that differ, and where, are left in a file.
pub(crate) fn replay(sluice: impl FnOnce() -> Result<PathBuf>) -> Result<()> {
    let Some(shared) = shared() else {
        say("   skipped: ../shared is absent");
        return Ok(());
    };
    let mut engine = Engine::start(&sluice()?)?;
    let address = engine.address()?;
    let python = || command(setup::tool("python3"), &[]);
    let cases = target().join("tools/recordings.jsonl");
    let prepared = python()
        .arg(root().join("xtask/recordings/prepare.py"))
        .arg(&address)
        .args([&shared.join("conformance/asl/cases.jsonl"), &cases])
        .output()
        .context("cannot prepare the recorded cases")?;
    let told = String::from_utf8_lossy(&prepared.stdout).into_owned();
    for problem in told.lines().filter(|line| line.starts_with("not prepared:")) {
        say(&format!("   {problem}"));
    }
    let Some(needs) = told.lines().find_map(|line| line.strip_prefix("needs: ")) else {
        bail!("the recorded cases were not prepared: {}", String::from_utf8_lossy(&prepared.stderr));
    };
    let report = python()
        .arg(shared.join("conformance/asl/compare.py"))
        .args([&address, "--needs", needs, "--jobs", "6", "-v", "--cases"])
        .arg(&cases)
        .output()
        .context("cannot run the comparison")?;
    let told = String::from_utf8_lossy(&report.stdout).into_owned();
    let (counts, differing) = told.split_at(told.find("FAIL ").unwrap_or(told.len()));
    say(counts);
    let list = target().join("tools/recordings-that-differ.txt");
    fs::write(&list, differing).with_context(|| format!("cannot write {}", list.display()))?;
    say(&format!("   what differs, case by case: {}", list.display()));
    let all = counts.lines().find(|line| line.starts_with("ALL"));
    let exact = all.and_then(|line| line.split_once("exact=")).and_then(|(_, rest)| rest.split_whitespace().next());
    match exact.and_then(|exact| exact.parse::<usize>().ok()) {
        Some(exact) if exact >= EXACT => Ok(()),
        Some(exact) => bail!("{exact} recorded cases agree exactly, and at least {EXACT} must"),
        None => bail!("the comparison gave no count: {}", String::from_utf8_lossy(&report.stderr)),
    }
}

/// An engine with nothing deployed, killed when dropped.
struct Engine(Child);

impl Engine {
    fn start(sluice: &Path) -> Result<Self> {
        let addresses = ["--aws-addr", "127.0.0.1:0", "--web-addr", "127.0.0.1:0"];
        let mut serve = command(sluice, &["serve", "--ephemeral"]);
        let child = serve.args(addresses).env("RUST_LOG", "error").stdout(Stdio::piped()).spawn();
        Ok(Self(child.context("cannot start sluice")?))
    }

    fn address(&mut self) -> Result<String> {
        let output = BufReader::new(self.0.stdout.take().context("its output is piped")?);
        let mut address = None;
        for line in output.lines() {
            let line = line?;
            if line.starts_with("aws ") {
                address = line.split_whitespace().nth(1).map(str::to_owned);
            }
            if line.starts_with("ready in") {
                return address.context("it told no address");
            }
        }
        bail!("sluice ended before it was ready")
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
