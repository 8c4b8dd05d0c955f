//! The project's commands: `cargo dev`, `cargo verify`, and the parts of them that are useful alone.

mod dev;
mod functions;
mod fuzz;
mod project;
mod recordings;
mod setup;
mod steps;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The project's commands",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing, builds, and runs the whole stack on this machine
    Dev {
        /// Build with optimisations
        #[arg(long)]
        release: bool,
        /// Arguments for `sluice dev`, such as --ephemeral
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        sluice: Vec<String>,
    },
    /// Sets up what is missing and runs every check
    Verify {
        /// Run only the steps whose name contains this
        #[arg(long)]
        only: Option<String>,
    },
    /// Installs what `verify` needs, and nothing else
    Setup,
    /// Builds the Lambda functions for arm64 into target/lambda/BINARY/bootstrap, ready to deploy
    Functions,
    /// Looks for inputs that break a parser, a decoder or a matcher, with libFuzzer
    Fuzz {
        /// Only targets whose name contains this
        target: Option<String>,
        /// How long each target is tried
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Synthesizes the committed CloudFormation templates anew
    Synth,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Dev { release, sluice } => dev::run(release, &sluice),
        Command::Verify { only } => verify::run(only.as_deref()),
        Command::Setup => setup::everything(),
        Command::Functions => functions::build(),
        Command::Fuzz { target, seconds } => fuzz::fuzz(target.as_deref(), seconds),
        Command::Synth => setup::synth(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            steps::say(&format!("\nfailed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
