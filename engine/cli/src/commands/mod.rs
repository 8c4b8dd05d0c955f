//! One module per command.

pub(crate) mod archive;
mod deployment;
pub(crate) mod events;
pub(crate) mod executions;
pub(crate) mod replay;
pub(crate) mod reset;
pub(crate) mod serve;
mod state_visits;

use anyhow::{Context, Result, bail};

/// JSON given on the command line: itself, `@file`, or `-` for standard input. Fails where it is no JSON.
fn json_argument(argument: &str) -> Result<String> {
    let text = if argument == "-" {
        std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?
    } else if let Some(file) = argument.strip_prefix('@') {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?
    } else {
        argument.to_owned()
    };
    if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
        bail!("this is not JSON ({error}): {text}");
    }
    Ok(text)
}
