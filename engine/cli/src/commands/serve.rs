//! `sluice dev` and `sluice serve`: run until told to stop.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clock::SystemClock;
use lambda::LogLayer;
use mediaconvert::Programs;
use serde_json::json;
use store::Location;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::arguments::{Dev, Serve};
use crate::commands::deployment;
use crate::output::{Output, bold, dim};
use crate::stack::{Options, Project, Stack};

/// Runs the project's whole stack.
pub(crate) async fn dev(dev: Dev, output: Output) -> Result<()> {
    let project = Project::find(dev.project.as_deref())?;
    run(dev.serve, Some(project), dev.skip_unsupported, output).await
}

/// Runs the AWS endpoints with nothing deployed.
pub(crate) async fn serve(serve: Serve, output: Output) -> Result<()> {
    run(serve, None, false, output).await
}

async fn run(serve: Serve, project: Option<Project>, skip_unsupported: bool, output: Output) -> Result<()> {
    let begun = Instant::now();
    if let Some(folder) = serve.functions.as_ref().filter(|folder| !folder.is_dir()) {
        bail!("--functions names no folder: {}", folder.display());
    }
    log();
    // Before anything is begun, so that none is missed.
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let options = Options {
        location: if serve.ephemeral { Location::Memory } else { Location::Directory(serve.data) },
        clock: Arc::new(SystemClock),
        aws_address: serve.aws_addr,
        web_address: serve.web_addr,
        functions: serve.functions,
        project,
        skip_unsupported,
    };
    let stack = tokio::select! {
        started = Stack::start(options) => started?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    tell(&stack, begun, output)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    stack.stop().await;
    Ok(())
}

/// Logs go to standard error, and those of linked functions to their own log too: `RUST_LOG` chooses which.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,s3s=off"));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(filter).with(lines).with(LogLayer).init();
}

/// What runs, where, and, as the last line, how long the start took.
fn tell(stack: &Stack, begun: Instant, output: Output) -> Result<()> {
    let (aws, web) = (format!("http://{}", stack.aws_address), format!("http://{}", stack.web_address));
    let report = stack.report.as_ref();
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let told = json!({ "aws": aws, "web": web, "deployed": report.map(deployment::as_json), "readyInMilliseconds": milliseconds });
    output.print_line(&told, |_, out| {
        if let Some(report) = report {
            deployment::write(report, out)?;
        }
        writeln!(
            out,
            "aws  {}   {}",
            bold(&aws),
            dim(
                "Step Functions, EventBridge, Scheduler, Pipes, DynamoDB, S3, SQS, SNS, SES, Lambda, MediaConvert, SSM, \
                 Secrets Manager"
            )
        )?;
        if !Programs::on_path().are_there() {
            writeln!(out, "     {}", dim("no ffmpeg: video is refused until you install it"))?;
        }
        writeln!(out, "web  {}   {}", bold(&web), dim("the HTTP API, and pages that are linked at /"))?;
        writeln!(out, "ready in {milliseconds} ms")
    })?;
    Ok(())
}
