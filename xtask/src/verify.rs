//! `cargo verify`: every check, in the order in which they are cheapest to fail.

use anyhow::Result;

use crate::project::{has, root, shared, target};
use crate::setup;
use crate::steps::{Steps, command, run as start, say};

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
        .then("templates, CDK tests, cdk-nag, state machines", || {
            start(command("npm", &["run", "--silent", "verify"]).current_dir(root().join("infra-cdk")))
        })
        .then("cfn-lint", cfn_lint)
        .then("GraphiQL page", setup::graphiql)
        .then("clippy", || {
            start(&mut command(
                "cargo",
                &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
            ))
        })
        .then("tests", tests)
        .then("documentation", || {
            start(command("cargo", &["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))
        })
        .only(only)
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
    start(command("cargo", runner).args(["--workspace", "--locked"]).env("SLUICE_PYTHON", setup::tool("python3")))?;
    start(&mut command("cargo", &["test", "--workspace", "--doc", "--locked"]))
}
