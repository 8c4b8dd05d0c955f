//! What a deployment did, in words: what was made, and what of the templates has no effect on one machine.

use std::collections::BTreeMap;
use std::io::{self, Write};

use cloudformation::{DeployReport, Outcome};
use serde_json::{Value, json};

use crate::output::dim;

/// The outcomes in the order in which they are told.
const OUTCOMES: &[(Outcome, &str)] = &[
    (Outcome::Created, "created"),
    (Outcome::Updated, "updated"),
    (Outcome::Replaced, "replaced"),
    (Outcome::Unchanged, "unchanged"),
    (Outcome::Deleted, "deleted"),
    (Outcome::Retained, "retained"),
    (Outcome::Declared, "declared only"),
    (Outcome::Skipped, "skipped"),
];

/// Writes the counts, then what was deleted, what has no effect here and what was skipped.
pub(crate) fn write(report: &DeployReport, out: &mut dyn Write) -> io::Result<()> {
    let counts: Vec<String> = OUTCOMES
        .iter()
        .map(|(outcome, name)| (report.count(*outcome), name))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    writeln!(out, "deployed in {} ms: {}", report.took.as_millis(), counts.join(", "))?;
    for deleted in report.resources.iter().filter(|resource| resource.outcome == Outcome::Deleted) {
        writeln!(out, "deleted {} {} ({})", deleted.resource_type, name(&deleted.physical_id), deleted.stack)?;
    }
    let declared = types(report, Outcome::Declared);
    if !declared.is_empty() {
        let types: Vec<String> = declared.iter().map(|(name, count)| format!("{count} {name}")).collect();
        writeln!(out, "{}", dim(&format!("no effect on one machine: {}", types.join(", "))))?;
    }
    for skipped in report.resources.iter().filter(|resource| resource.outcome == Outcome::Skipped) {
        let why = skipped.notes.join("; ");
        writeln!(out, "skipped {} {} of {}: {why}", skipped.resource_type, skipped.logical_id, skipped.stack)?;
    }
    for note in &report.notes {
        writeln!(out, "{}", dim(note))?;
    }
    Ok(())
}

/// The same for programs.
pub(crate) fn as_json(report: &DeployReport) -> Value {
    let counts: BTreeMap<&str, usize> =
        OUTCOMES.iter().map(|(outcome, name)| (*name, report.count(*outcome))).collect();
    json!({ "counts": counts, "outputs": report.outputs, "notes": report.notes })
}

/// The name in what identifies a resource, be it a queue's URL or a state machine's ARN.
fn name(physical_id: &str) -> &str {
    let is_long = physical_id.contains("://") || physical_id.starts_with("arn:");
    if is_long { physical_id.rsplit(['/', ':']).next().unwrap_or(physical_id) } else { physical_id }
}

fn types(report: &DeployReport, outcome: Outcome) -> BTreeMap<&str, usize> {
    let mut types = BTreeMap::new();
    for resource in report.resources.iter().filter(|resource| resource.outcome == outcome) {
        *types.entry(resource.resource_type.as_str()).or_default() += 1;
    }
    types
}
