//! The Lambda functions, built for deployment.

use std::fs;

use anyhow::{Context, Result};

use crate::project::{root, target};
use crate::setup::{self, FUNCTIONS_TARGET};
use crate::steps::{Steps, command, run, say};

/// The packages whose binaries are Lambda functions.
const PACKAGES: &[&str] = &["todo", "analytics", "todo-schema"];

/// Builds every function and lays it out as `target/lambda/<binary>/bootstrap`.
pub(crate) fn build() -> Result<()> {
    Steps::default()
        .then("rust targets", setup::rust_targets)
        .then("a C compiler for arm64", setup::c_compiler)
        .then("build the functions for arm64", || {
            let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
            run(command("cargo", &["build", "--profile", "lambda", "--bins", "--target", FUNCTIONS_TARGET])
                .args(packages))
        })
        .then("lay them out", lay_out)
        .run()
}

fn lay_out() -> Result<()> {
    let built = target().join(FUNCTIONS_TARGET).join("lambda");
    for binary in binaries()? {
        let folder = root().join("target/lambda").join(&binary);
        fs::create_dir_all(&folder)?;
        let bootstrap = folder.join("bootstrap");
        let bytes = fs::copy(built.join(&binary), &bootstrap).with_context(|| format!("the binary {binary}"))?;
        say(&format!("   {:>6.2} MB  {}", bytes as f64 / 1e6, bootstrap.display()));
    }
    Ok(())
}

/// The names of the functions' binaries, from the files that hold them.
fn binaries() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in ["handlers/todo", "handlers/analytics", "schema/todo"] {
        let folder = root().join(folder).join("src/bin");
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            names.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
