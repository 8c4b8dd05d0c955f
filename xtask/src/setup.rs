//! Installs what the commands need, where it is missing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::{has, root, target, venv};
use crate::steps::{command, run, say};

/// The compile target of the Lambda functions.
pub(crate) const FUNCTIONS_TARGET: &str = "aarch64-unknown-linux-musl";

/// Python tools, pinned.
const PYTHON_TOOLS: &[&str] = &["cfn-lint==1.58.0", "boto3==1.43.11", "awscli==1.45.11"];
/// What the comparison with AWS's recordings needs beside boto3.
const CONFORMANCE_TOOLS: &[&str] = &["localstack-snapshot==0.3.3", "jsonpath-ng==1.8.0"];

/// The program that checks licences and sources of dependencies, pinned.
const CARGO_DENY: &str = "0.20.2";

/// The pages that `sluice dev` serves.
const PAGES: [&str; 2] = ["frontend/graphiql", "frontend/upload"];

/// Everything that `cargo verify` needs.
pub(crate) fn everything() -> Result<()> {
    rust_targets()?;
    nasm();
    cargo_deny()?;
    node_packages("infra-cdk")?;
    for page in PAGES {
        node_packages(page)?;
    }
    browser()?;
    ffmpeg()?;
    python_tools()
}

/// The pinned toolchain's targets.
pub(crate) fn rust_targets() -> Result<()> {
    if !has("rustup") {
        say("   rustup is not here; taking the targets of this toolchain for granted");
        return Ok(());
    }
    let installed = command("rustup", &["target", "list", "--installed"]).output().context("cannot ask rustup")?;
    let installed = String::from_utf8_lossy(&installed.stdout).into_owned();
    let missing: Vec<&str> = [FUNCTIONS_TARGET, "wasm32-unknown-unknown"]
        .into_iter()
        .filter(|target| !installed.lines().any(|line| line == *target))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    run(command("rustup", &["target", "add"]).args(missing))
}

/// `cargo deny`, compiled once and kept in the target directory.
pub(crate) fn cargo_deny() -> Result<()> {
    let folder = target().join("tools").join("cargo");
    let stamp = folder.join(CARGO_DENY);
    if stamp.is_file() {
        return Ok(());
    }
    run(command("cargo", &["install", "cargo-deny", "--locked", "--version", CARGO_DENY, "--quiet", "--root"])
        .arg(&folder)
        .env("CARGO_TARGET_DIR", folder.join("build")))?;
    fs::remove_dir_all(folder.join("build")).context("cannot tidy up")?;
    fs::write(stamp, "").context("cannot note what was installed")
}

/// A C compiler for the functions' target: TLS has parts in C.
pub(crate) fn c_compiler() -> Result<()> {
    if has("aarch64-linux-gnu-gcc") {
        return Ok(());
    }
    let install = ["install", "--yes", "--no-install-recommends", "gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"];
    if !apt(&install)? {
        bail!("a C compiler for arm64 is missing: `sudo apt-get {}`", install.join(" "));
    }
    Ok(())
}

/// What assembles AVIF's encoder on x86-64. Without it the encoder is built all the same, and takes three to six times as long.
pub(crate) fn nasm() {
    let install = ["install", "--yes", "--no-install-recommends", "nasm"];
    let needed = cfg!(target_arch = "x86_64") && !has("nasm");
    if needed && !apt(&install).unwrap_or(false) {
        say(&format!("   no nasm, so pictures are slow to become AVIF: `sudo apt-get {}`", install.join(" ")));
    }
}

/// A browser for the tests of the pages. Without one they are skipped, and say so.
pub(crate) fn browser() -> Result<()> {
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    if !has("chromium") && !apt(&install)? {
        say(&format!("   no browser to test the pages with: `sudo apt-get {}`", install.join(" ")));
    }
    Ok(())
}

/// What makes films of films. Without it their tests are skipped, and say so.
pub(crate) fn ffmpeg() -> Result<()> {
    let install = ["install", "--yes", "--no-install-recommends", "ffmpeg"];
    let there = has("ffmpeg") && has("ffprobe");
    if !there && !apt(&install)? {
        say(&format!("   no ffmpeg to process video with: `sudo apt-get {}`", install.join(" ")));
    }
    Ok(())
}

/// Runs `apt-get` where there is one and it may; false elsewhere.
fn apt(arguments: &[&str]) -> Result<bool> {
    if !has("apt-get") || !is_root() {
        return Ok(false);
    }
    run(&mut command("apt-get", &["update", "--quiet"]))?;
    run(command("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive"))?;
    Ok(true)
}

fn is_root() -> bool {
    command("id", &["-u"]).output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// `npm ci` in `folder`, unless what is installed is what the lock file asks for.
pub(crate) fn node_packages(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    if !has("npm") {
        bail!("npm is missing: install Node 20 or later, for example with `apt-get install nodejs npm`");
    }
    let lock = fs::read(folder.join("package-lock.json")).with_context(|| folder.display().to_string())?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(command("npm", &["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    fs::write(stamp, lock).context("cannot note what was installed")
}

/// A virtual environment with the pinned Python tools.
pub(crate) fn python_tools() -> Result<()> {
    let venv = venv();
    let wanted = [PYTHON_TOOLS, CONFORMANCE_TOOLS].concat().join("\n");
    let stamp = venv.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !has("python3") {
        bail!("python3 is missing: install it, for example with `apt-get install python3 python3-venv`");
    }
    run(command("python3", &["-m", "venv", "--clear"]).arg(&venv))
        .context("the venv module may be missing: `apt-get install python3-venv`")?;
    run(command(tool("pip"), &["install", "--quiet"]).args(wanted.lines()))?;
    fs::write(stamp, wanted).context("cannot note what was installed")
}

/// A program of the Python tools.
pub(crate) fn tool(name: &str) -> PathBuf {
    venv().join("bin").join(name)
}

/// The pages that `sluice dev` serves, each made anew when its sources are newer than it.
pub(crate) fn pages() -> Result<()> {
    for package in PAGES {
        let folder = root().join(package);
        let page = folder.join("dist/index.html");
        let sources = ["package-lock.json", "scripts", "src"];
        if page.is_file() && !sources.iter().any(|source| newer(&folder.join(source), &page)) {
            continue;
        }
        node_packages(package)?;
        run(command("npm", &["run", "--silent", "build"]).current_dir(folder))?;
    }
    Ok(())
}

/// The committed templates.
pub(crate) fn synth() -> Result<()> {
    node_packages("infra-cdk")?;
    run(command("npm", &["run", "--silent", "synth"]).current_dir(root().join("infra-cdk")))
}

fn newer(source: &Path, made: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    if source.is_dir() {
        let entries = fs::read_dir(source).into_iter().flatten().flatten();
        return entries.into_iter().any(|entry| newer(&entry.path(), made));
    }
    modified(source) > modified(made)
}
