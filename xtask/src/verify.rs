//! `cargo verify`: every check, in the order in which they are cheapest to fail.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::project::{features, has, root, shared, target};
use crate::steps::{Steps, command, run as start, say};
use crate::{fuzz, recordings, setup};

/// Sets up what is missing, then checks everything.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    Steps::default()
        .then("set up", setup::everything)
        .then("format", || start(&mut command("cargo", &["fmt", "--all", "--check"])))
        .then("licences and sources of dependencies", || {
            let deny = target().join("tools/cargo/bin/cargo-deny");
            start(&mut command(
                deny,
                &["--log-level", "error", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"],
            ))
        })
        .then("lock files of the fuzz targets", fuzz::lock_files)
        .then("templates, CDK tests, cdk-nag, state machines", || {
            start(command("npm", &["run", "--silent", "verify"]).current_dir(root().join("infra-cdk")))
        })
        .then("cfn-lint", cfn_lint)
        .then("GraphiQL page, in a browser", || {
            setup::pages()?;
            start(command("npm", &["test", "--silent"]).current_dir(root().join("frontend/graphiql")))
        })
        .then("upload client and page", || {
            let folder = root().join("frontend/upload");
            start(command("npm", &["run", "--silent", "check"]).current_dir(&folder))?;
            start(command("npm", &["test", "--silent"]).current_dir(&folder))
        })
        .then("clippy", || {
            let mut clippy = command("cargo", &["clippy", "--workspace", "--all-targets", "--locked"]);
            start(clippy.args(features()).args(["--", "-D", "warnings"]))
        })
        .then("tests", tests)
        .then("upload page, in a browser, on the whole stack", upload_page)
        .then("the stack boots without each capability", capabilities)
        .then("AWS's recordings, through the endpoint", || recordings::replay(sluice))
        .then("documentation", || {
            let mut documentation = command("cargo", &["doc", "--workspace", "--no-deps", "--locked"]);
            start(documentation.args(features()).env("RUSTDOCFLAGS", "-D warnings"))
        })
        .only(only)?
        .run()
}

fn cfn_lint() -> Result<()> {
    start(
        command("npm", &["run", "--silent", "lint:cfn"])
            .current_dir(root().join("infra-cdk"))
            .env("CFN_LINT", setup::tool("cfn-lint")),
    )
}

/// The tests use boto3 and the recordings beside the project where they are.
fn tests() -> Result<()> {
    if shared().is_none() {
        say("   ../shared is absent: the comparisons with AWS's recordings are skipped");
    }
    let runner: &[&str] = if has("cargo-nextest") { &["nextest", "run"] } else { &["test"] };
    let mut tests = command("cargo", runner);
    tests.args(["--workspace", "--locked"]).args(features()).env("SLUICE_PYTHON", setup::tool("python3"));
    start(&mut tests)?;
    start(command("cargo", &["test", "--workspace", "--doc", "--locked"]).args(features()))
}

/// The program as the tests built it: built alone, its dependencies would have other features and be compiled once more.
fn sluice() -> Result<PathBuf> {
    start(command("cargo", &["test", "--workspace", "--no-run", "--quiet", "--locked"]).args(features()))?;
    Ok(target().join("debug/sluice"))
}

fn upload_page() -> Result<()> {
    setup::pages()?;
    let sluice = sluice()?;
    start(
        command("npm", &["run", "--silent", "test:browser"])
            .current_dir(root().join("frontend/upload"))
            .env("SLUICE", sluice),
    )
}

/// What can be left out: off means that nothing of it is synthesized, and the engine boots without it.
const CAPABILITIES: &[&str] = &[
    "activity",
    "reminders",
    "notifications",
    "analytics",
    "video",
    "pictures",
    "media",
    "activity,reminders,notifications,analytics,media",
];

fn capabilities() -> Result<()> {
    let sluice = sluice()?;
    for without in CAPABILITIES {
        let project = target().join("tools/project-without").join(without.replace(',', "-"));
        let templates = project.join("infra-cdk/templates");
        if templates.exists() {
            fs::remove_dir_all(&templates)?;
        }
        start(
            command("npm", &["run", "--silent", "synth", "--"])
                .arg(&templates)
                .current_dir(root().join("infra-cdk"))
                .env("SLUICEGATE_WITHOUT", without),
        )?;
        boots(&sluice, &project).with_context(|| format!("without {without}"))?;
    }
    Ok(())
}

/// Starts the stack of a project, and stops it once it is ready.
fn boots(sluice: &Path, project: &Path) -> Result<()> {
    let mut stack =
        command(sluice, &["dev", "--ephemeral", "--aws-addr", "127.0.0.1:0", "--web-addr", "127.0.0.1:0", "--project"])
            .arg(project)
            .stdout(Stdio::piped())
            .spawn()?;
    let output = BufReader::new(stack.stdout.take().context("its output is piped")?);
    let ready = output.lines().map_while(Result::ok).find(|line| line.starts_with("ready in"));
    stack.kill()?;
    stack.wait()?;
    say(&format!("   {}", ready.context("it ended before it was ready")?));
    Ok(())
}
