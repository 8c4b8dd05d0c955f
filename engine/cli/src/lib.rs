//! The `sluice` program: the whole stack on one machine ([`stack`]), and the command line that starts and watches it.
//!
//! The commands beside `dev` and `serve` are clients of AWS's APIs and work against AWS as well (`--endpoint aws`).

pub mod arguments;
mod client;
mod commands;
mod handlers;
mod mailbox;
pub mod moment;
mod output;
mod previews;
pub mod stack;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser};

use crate::arguments::{Arguments, Command};
use crate::client::Client;
use crate::commands::{archive, dead_letters, events, executions, mail, pipes, replay, reset, rules, serve};
use crate::output::Output;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has had enough of it.
        Err(error) if error.chain().any(is_broken_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            output::fail(&error, json);
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn run(arguments: Arguments) -> Result<()> {
    let output = Output::new(arguments.json);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = || Client::connect(&arguments.endpoint);
        match arguments.command {
            Command::Dev(dev) => serve::dev(dev, output).await,
            Command::Serve(options) => serve::serve(options, output).await,
            Command::Executions(command) => executions::run(&client().await, command, output).await,
            Command::Events(command) => events::run(&client().await, command, output).await,
            Command::Archive(command) => archive::run(&client().await, command, output).await,
            Command::Rules(command) => rules::run(&client().await, command, output).await,
            Command::Pipes(command) => pipes::run(&client().await, command, output).await,
            Command::Dlq(command) => dead_letters::run(&client().await, command, output).await,
            Command::Mail(command) => mail::run(&arguments.endpoint, command, output),
            Command::Push(command) => mail::run_push(&arguments.endpoint, command, output),
            Command::Replay(command) => replay::run(&client().await, command, output).await,
            Command::Reset(command) => reset::run(&command, output),
            Command::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Arguments::command(), "sluice", &mut script);
                Ok(std::io::stdout().write_all(&script)?)
            }
        }
    })
}
