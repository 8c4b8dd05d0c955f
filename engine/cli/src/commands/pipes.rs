//! `sluice pipes`.

use anyhow::Result;
use serde::Serialize;

use crate::arguments::Pipes;
use crate::client::Client;
use crate::output::{Output, Table, status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    state: String,
    desired: String,
    reason: Option<String>,
    source: String,
    target: String,
}

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Pipes, output: Output) -> Result<()> {
    match command {
        Pipes::List => {}
        Pipes::Stop { name } => {
            client.pipes.stop_pipe().name(name).send().await.map_err(|error| client.explain(error))?;
        }
        Pipes::Start { name } => {
            client.pipes.start_pipe().name(name).send().await.map_err(|error| client.explain(error))?;
        }
    }
    let pipes = list(client).await?;
    output.print(&pipes, |pipes, out| {
        let mut table = Table::new(&["PIPE", "STATE", "SOURCE", "TARGET", ""]);
        for pipe in pipes {
            table.row([
                pipe.name.clone(),
                status(&pipe.state),
                pipe.source.clone(),
                pipe.target.clone(),
                pipe.reason.clone().unwrap_or_default(),
            ]);
        }
        table.write(out, "no pipes")
    })?;
    Ok(())
}

async fn list(client: &Client) -> Result<Vec<Listed>> {
    let mut items = client.pipes.list_pipes().into_paginator().items().send();
    let resource = |arn: Option<&str>| arn.and_then(|arn| arn.splitn(6, ':').last()).unwrap_or_default().to_owned();
    let mut pipes = Vec::new();
    while let Some(pipe) = items.next().await {
        let pipe = pipe.map_err(|error| client.explain(error))?;
        pipes.push(Listed {
            name: pipe.name().unwrap_or_default().to_owned(),
            state: pipe.current_state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
            desired: pipe.desired_state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
            reason: pipe.state_reason().map(str::to_owned),
            source: resource(pipe.source()),
            target: resource(pipe.target()),
        });
    }
    Ok(pipes)
}
