//! Running one thing after the other and telling about it.

use std::ffi::OsStr;
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Prints a line for the person who watches.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stderr();
    // Nobody is left to tell when the terminal is gone.
    let _ = writeln!(out, "{line}");
}

type Step = Box<dyn FnOnce() -> Result<()>>;

/// A list of named steps, run in order; the first that fails ends it.
#[derive(Default)]
pub(crate) struct Steps {
    steps: Vec<(&'static str, Step)>,
}

impl Steps {
    /// Adds a step.
    #[must_use]
    pub(crate) fn then(mut self, name: &'static str, step: impl FnOnce() -> Result<()> + 'static) -> Self {
        self.steps.push((name, Box::new(step)));
        self
    }

    /// Keeps the steps whose name contains `part`; there must be one.
    pub(crate) fn only(mut self, part: Option<&str>) -> Result<Self> {
        let Some(part) = part else { return Ok(self) };
        let names: Vec<_> = self.steps.iter().map(|(name, _)| *name).collect();
        self.steps.retain(|(name, _)| name.contains(part));
        if self.steps.is_empty() {
            bail!("no step's name contains `{part}`; there are:\n  {}", names.join("\n  "));
        }
        Ok(self)
    }

    /// Runs them, says which one runs, and closes with a table of times.
    pub(crate) fn run(self) -> Result<()> {
        let count = self.steps.len();
        let mut times: Vec<(&str, Duration)> = Vec::new();
        for (number, (name, step)) in self.steps.into_iter().enumerate() {
            say(&format!("\n── {}/{count} {name}", number + 1));
            let begun = Instant::now();
            step().with_context(|| format!("step {}/{count}, {name}", number + 1))?;
            times.push((name, begun.elapsed()));
        }
        say("");
        for (name, time) in &times {
            say(&format!("  ok  {name:<58} {:>7.1} s", time.as_secs_f64()));
        }
        let total: Duration = times.iter().map(|(_, time)| *time).sum();
        say(&format!("      {:<58} {:>7.1} s", "all", total.as_secs_f64()));
        Ok(())
    }
}

/// A command in the project's root, started as a person would start it there: what `cargo run` tells this program about its own
/// package is kept from it. Build scripts that read such variables would run anew, and with them half of all crates, whenever
/// `cargo dev` comes after a `cargo test`.
pub(crate) fn command(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(crate::project::root());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_our_package) {
            command.env_remove(name);
        }
    }
    command
}

/// Whether cargo sets this variable for the package that it runs, and for no other.
fn is_of_our_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| variable.starts_with(start))
}

/// Runs a command and fails, with the command in words, when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let words = words(command);
    say(&format!("   $ {words}"));
    let status = command.status().with_context(|| format!("cannot start `{words}`"))?;
    if !status.success() {
        bail!("`{words}` ended with {status}");
    }
    Ok(())
}

fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Steps, command};

    #[test]
    fn a_name_that_no_step_has_is_refused_with_those_that_there_are() {
        let steps = || Steps::default().then("format", || Ok(())).then("clippy", || Ok(()));
        assert!(steps().only(None).and_then(Steps::run).is_ok());
        assert!(steps().only(Some("form")).and_then(Steps::run).is_ok());
        let refusal = steps().only(Some("foramt")).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(["foramt", "format", "clippy"].iter().all(|part| refusal.contains(part)), "{refusal}");
    }

    /// `cargo test` sets the variables for this program, as `cargo run` does.
    #[test]
    fn what_is_started_does_not_take_itself_for_a_part_of_xtask() {
        let name = std::env::var_os("CARGO_PKG_NAME");
        assert!(name.is_some_and(|name| name == "xtask"), "the test is about variables that cargo sets");
        let removed: Vec<_> = command("cargo", &[])
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION_MAJOR", "CARGO_MANIFEST_DIR"] {
            assert!(removed.iter().any(|removed| removed == name), "{name} is handed on");
        }
        assert!(!removed.iter().any(|removed| removed == "CARGO_HOME" || removed == "PATH"));
    }
}
