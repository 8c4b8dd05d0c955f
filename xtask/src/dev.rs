//! `cargo dev`: the whole stack on this machine.

use std::os::unix::process::CommandExt;

use anyhow::Result;

use crate::project::{features, has, target};
use crate::setup;
use crate::steps::{Steps, command, run as start, say};

/// Sets up, builds, and becomes `sluice dev`.
pub(crate) fn run(release: bool, sluice: &[String]) -> Result<()> {
    Steps::default()
        .then("the pages", pages)
        .then("build sluice", move || {
            setup::nasm();
            let mut build = command("cargo", &["build", "--package", "sluice"]);
            start(build.args(features()).args(release.then_some("--release")))
        })
        .run()?;
    let binary = target().join(if release { "release" } else { "debug" }).join("sluice");
    say(&format!("\n   $ {} dev {}", binary.display(), sluice.join(" ")));
    // Becomes the program, so that signals reach it and its exit code is ours.
    Err(command(binary, &["dev"]).args(sluice).exec().into())
}

/// The pages are a comfort: without npm the stack runs all the same, and the pages say what is missing.
fn pages() -> Result<()> {
    if has("npm") {
        return setup::pages();
    }
    say("   npm is missing, so there are no pages for GraphiQL and uploads: install Node 20 or later to have them");
    Ok(())
}
