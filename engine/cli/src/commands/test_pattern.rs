//! `sluice events test-pattern`: event patterns without a stack.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use event_pattern::{Event, Pattern};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text_argument;
use crate::output::Output;

#[derive(Deserialize)]
struct Case {
    id: Value,
    pattern: String,
    event: Option<String>,
}

#[derive(Serialize)]
struct Verdict {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    verdict: &'static str,
    message: Option<String>,
}

/// Runs the command.
pub(crate) fn run(pattern: Option<String>, event: Option<String>, cases: Option<&Path>, output: Output) -> Result<()> {
    if let Some(file) = cases {
        return run_cases(file);
    }
    let pattern = text_argument(&pattern.context("give a pattern, or cases")?)?;
    let event = event.as_deref().map(text_argument).transpose()?;
    let verdict = judge(&pattern, event.as_deref());
    if let Some(message) = verdict.message.filter(|_| verdict.verdict.starts_with("invalid")) {
        bail!("{message}");
    }
    output.print(&Verdict { message: None, ..verdict }, |verdict, out| writeln!(out, "{}", verdict.verdict))?;
    Ok(())
}

/// Judges every case of the file, a line of JSON each.
fn run_cases(file: &Path) -> Result<()> {
    let lines = BufReader::new(File::open(file).with_context(|| format!("cannot read {}", file.display()))?).lines();
    for (number, line) in lines.enumerate() {
        let line = line.with_context(|| format!("cannot read {}", file.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let case: Case =
            serde_json::from_str(&line).with_context(|| format!("{}, line {}", file.display(), number + 1))?;
        let verdict = judge(&case.pattern, case.event.as_deref());
        Output::new(true).print_line(&Verdict { id: Some(case.id), ..verdict }, |_, _| Ok(()))?;
    }
    Ok(())
}

fn judge(pattern: &str, event: Option<&str>) -> Verdict {
    let verdict = |verdict, message| Verdict { id: None, verdict, message };
    match (Pattern::parse(pattern), event.map(Event::parse)) {
        (Err(invalid), _) => verdict("invalid_pattern", Some(invalid.to_string())),
        (Ok(_), None) => verdict("valid_pattern", None),
        (Ok(_), Some(Err(malformed))) => verdict("invalid_event", Some(malformed.to_string())),
        (Ok(pattern), Some(Ok(event))) => verdict(if pattern.matches(&event) { "match" } else { "no_match" }, None),
    }
}
