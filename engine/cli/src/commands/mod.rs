//! One module per command.

pub(crate) mod archive;
mod catalog;
pub(crate) mod dead_letters;
mod deployment;
pub(crate) mod events;
pub(crate) mod executions;
pub(crate) mod mail;
pub(crate) mod pipes;
pub(crate) mod replay;
pub(crate) mod reset;
pub(crate) mod rules;
pub(crate) mod serve;
mod state_visits;
mod test_pattern;

use anyhow::{Context, Result, bail};

/// Text given on the command line: itself, `@file`, or `-` for standard input.
fn text_argument(argument: &str) -> Result<String> {
    if argument == "-" {
        std::io::read_to_string(std::io::stdin()).context("cannot read standard input")
    } else if let Some(file) = argument.strip_prefix('@') {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))
    } else {
        Ok(argument.to_owned())
    }
}

/// JSON given on the command line, likewise. Fails where it is no JSON.
fn json_argument(argument: &str) -> Result<String> {
    let text = text_argument(argument)?;
    if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
        bail!("this is not JSON ({error}): {text}");
    }
    Ok(text)
}
