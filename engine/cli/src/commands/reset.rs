//! `sluice reset`.

use std::fs;
use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, Result, bail};
use serde_json::json;
use store::DataDirectory;

use crate::arguments::Reset;
use crate::output::{Output, note};

/// What a data directory may hold; a folder with anything else in it is not ours to empty.
const OURS: &[&str] = &[
    "lock",
    "sluice.db",
    "sluice.db-wal",
    "sluice.db-shm",
    "dynamodb.db",
    "dynamodb.db-wal",
    "dynamodb.db-shm",
    "functions",
    "mediaconvert",
    "objects",
];

/// Empties a data directory that no running process uses.
pub(crate) fn run(command: &Reset, output: Output) -> Result<()> {
    let path = &command.data;
    if !path.exists() {
        output.print(&json!({ "removed": [] }), |_, out| writeln!(out, "there is nothing at {}", path.display()))?;
        return Ok(());
    }
    let entries: Vec<_> =
        fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?.collect::<Result<_, _>>()?;
    if let Some(stranger) = entries.iter().find(|entry| !OURS.iter().any(|ours| entry.file_name() == *ours)) {
        bail!(
            "{} holds {}, which is not sluice's; remove it yourself if you mean to",
            path.display(),
            stranger.file_name().display()
        );
    }
    let _lock = DataDirectory::lock(path)?;
    if !command.yes {
        if !io::stdin().is_terminal() {
            bail!("give --yes to empty {} without being asked", path.display());
        }
        note(&format!(
            "empty {}? All executions, tables, queues and archives in it will be gone. [y/N]",
            path.display()
        ));
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        if !answer.trim().eq_ignore_ascii_case("y") {
            bail!("nothing was removed");
        }
    }
    fs::remove_dir_all(path).with_context(|| format!("cannot empty {}", path.display()))?;
    output.print(&json!({ "removed": [path] }), |_, out| writeln!(out, "emptied {}", path.display()))?;
    Ok(())
}
