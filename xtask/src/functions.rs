//! The Lambda functions, built for deployment.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::{root, target};
use crate::setup::{self, FUNCTIONS_TARGET};
use crate::steps::{Steps, command, run, say};

/// The folders of packages whose binaries are Lambda functions.
const PARENTS: &[&str] = &["handlers", "schema"];

/// Builds every function and lays it out as `target/lambda/<binary>/bootstrap`.
pub(crate) fn build() -> Result<()> {
    Steps::default()
        .then("rust targets", setup::rust_targets)
        .then("a C compiler for arm64", setup::c_compiler)
        .then("build the functions for arm64", || {
            let mut build = command("cargo", &["build", "--profile", "lambda", "--bins", "--target", FUNCTIONS_TARGET]);
            for package in packages()? {
                build.arg("--package").arg(name_of(&package)?);
            }
            run(&mut build)
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
    for package in packages()? {
        let folder = package.join("src/bin");
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            names.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// The folders of the packages that have functions.
fn packages() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for parent in PARENTS.iter().map(|parent| root().join(parent)) {
        for entry in fs::read_dir(&parent).with_context(|| parent.display().to_string())? {
            folders.extend(Some(entry?.path()).filter(|folder| folder.join("src/bin").is_dir()));
        }
    }
    folders.sort();
    Ok(folders)
}

/// What a package calls itself.
fn name_of(package: &Path) -> Result<String> {
    let manifest = package.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let name = text.lines().find_map(|line| line.strip_prefix("name = ")).map(|name| name.trim_matches('"').to_owned());
    name.with_context(|| format!("a line `name = …` in {}", manifest.display()))
}
