//! `sluice executions`.

use std::io::{self, Write};

use anyhow::{Result, bail};
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEvent, StateMachineType};
use clock::{Clock, SystemClock, Timestamp};
use serde::Serialize;

use super::json_argument;
use super::state_visits::{StateVisit, visits};
use crate::arguments::Executions;
use crate::client::{Client, timestamp};
use crate::output::{Output, Table, bold, brief, dim, duration, note, status};

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Executions, output: Output) -> Result<()> {
    match command {
        Executions::List { machine, status, limit } => list(client, machine, status, limit, output).await,
        Executions::Show { execution, full } => {
            let arn = resolve(client, &execution).await?;
            show(client, &arn, full, output).await
        }
        Executions::Start { machine, input, name, wait } => start(client, &machine, &input, name, wait, output).await,
        Executions::Stop { execution, error, cause } => {
            let arn = resolve(client, &execution).await?;
            let call = client.states.stop_execution().execution_arn(&arn).set_error(error).set_cause(cause);
            call.send().await.map_err(|error| client.explain(error))?;
            show(client, &arn, false, output).await
        }
        Executions::Redrive { execution, wait } => {
            let arn = resolve(client, &execution).await?;
            redrive(client, &arn, wait, output).await
        }
    }
}

async fn redrive(client: &Client, arn: &str, wait: bool, output: Output) -> Result<()> {
    let call = client.states.redrive_execution().execution_arn(arn);
    call.send().await.map_err(|error| client.explain(error))?;
    if wait {
        return show_end(client, arn, output).await;
    }
    show(client, arn, false, output).await
}

/// Waits for the end and shows it; for scripts, another end than success is an error.
async fn show_end(client: &Client, arn: &str, output: Output) -> Result<()> {
    let ended = await_end(client, arn).await?;
    show(client, arn, false, output).await?;
    anyhow::ensure!(ended == ExecutionStatus::Succeeded, "the execution ended {}", ended.as_str());
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Execution {
    machine: String,
    name: String,
    status: String,
    started: String,
    stopped: Option<String>,
    milliseconds: Option<i64>,
    execution_arn: String,
    #[serde(skip)]
    started_at: Timestamp,
}

async fn list(
    client: &Client,
    machine: Option<String>,
    wanted: Option<String>,
    limit: usize,
    output: Output,
) -> Result<()> {
    let machines = match machine {
        Some(machine) => vec![standard_machine_arn(client, &machine).await?],
        // AWS keeps no list of the executions of Express machines.
        None => {
            machines(client).await?.into_iter().filter(|machine| !machine.express).map(|machine| machine.arn).collect()
        }
    };
    let mut executions = Vec::new();
    for machine in machines {
        let mut pages = client
            .states
            .list_executions()
            .state_machine_arn(&machine)
            .set_status_filter(wanted.as_deref().map(|status| ExecutionStatus::from(status.to_uppercase().as_str())))
            .into_paginator()
            .items()
            .send();
        let mut of_this = 0;
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| client.explain(error))?;
            let (started, stopped) = (timestamp(item.start_date()), item.stop_date().map(timestamp));
            executions.push(Execution {
                machine: last_part(item.state_machine_arn()).to_owned(),
                name: item.name().to_owned(),
                status: item.status().as_str().to_owned(),
                started: started.to_rfc3339_millis(),
                stopped: stopped.map(|moment| moment.to_rfc3339_millis()),
                milliseconds: stopped.map(|stopped| stopped.as_millis() - started.as_millis()),
                execution_arn: item.execution_arn().to_owned(),
                started_at: started,
            });
            of_this += 1;
            if of_this == limit {
                break;
            }
        }
    }
    executions.sort_by(|a, b| b.started.cmp(&a.started));
    executions.truncate(limit);
    output.print(&executions, |executions, out| {
        let mut table = Table::new(&["EXECUTION", "STATUS", "STARTED", "TOOK"]);
        for execution in executions {
            table.row([
                format!("{}/{}", execution.machine, execution.name),
                status(&execution.status),
                execution.started.clone(),
                took(execution.milliseconds, execution.started_at),
            ]);
        }
        table.write(out, "no executions (those of Express machines are not listed, as on AWS)")
    })?;
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    execution_arn: String,
    machine: String,
    name: String,
    status: String,
    started: String,
    stopped: Option<String>,
    redrives: i32,
    input: Option<String>,
    output: Option<String>,
    error: Option<String>,
    cause: Option<String>,
    states: Vec<StateVisit>,
}

async fn show(client: &Client, arn: &str, full: bool, output: Output) -> Result<()> {
    let described = client.states.describe_execution().execution_arn(arn).send().await;
    let described = described.map_err(|error| client.explain(error))?;
    let shown = Shown {
        execution_arn: arn.to_owned(),
        machine: last_part(described.state_machine_arn()).to_owned(),
        name: described.name().unwrap_or_default().to_owned(),
        status: described.status().as_str().to_owned(),
        started: timestamp(described.start_date()).to_rfc3339_millis(),
        stopped: described.stop_date().map(|moment| timestamp(moment).to_rfc3339_millis()),
        redrives: described.redrive_count().unwrap_or(0),
        input: described.input().map(str::to_owned),
        output: described.output().map(str::to_owned),
        error: described.error().map(str::to_owned),
        cause: described.cause().map(str::to_owned),
        states: visits(&history(client, arn).await?),
    };
    output.print(&shown, |shown, out| write_shown(shown, full, out))?;
    Ok(())
}

fn write_shown(shown: &Shown, full: bool, out: &mut dyn Write) -> io::Result<()> {
    let limit = if full { usize::MAX } else { 160 };
    writeln!(out, "{}/{}  {}", bold(&shown.machine), bold(&shown.name), status(&shown.status))?;
    writeln!(out, "{}", dim(&shown.execution_arn))?;
    writeln!(
        out,
        "started {}{}{}",
        shown.started,
        shown.stopped.as_ref().map(|at| format!(", stopped {at}")).unwrap_or_default(),
        if shown.redrives > 0 { format!(", redriven {} times", shown.redrives) } else { String::new() }
    )?;
    let texts = [("input", &shown.input), ("output", &shown.output), ("error", &shown.error), ("cause", &shown.cause)];
    write_texts(out, "", &texts, limit)?;
    for visit in &shown.states {
        let took = took(visit.milliseconds, visit.entered_at);
        let attempts = if visit.attempts > 1 { format!(", {} attempts", visit.attempts) } else { String::new() };
        writeln!(out)?;
        writeln!(out, "  {}  {}  {}", bold(&visit.state), dim(&visit.kind), status(visit.status))?;
        writeln!(out, "    {}", dim(&format!("{}, {took}{attempts}", visit.entered)))?;
        write_texts(
            out,
            "    ",
            &[("input", &visit.input), ("output", &visit.output), ("error", &visit.error)],
            limit,
        )?;
    }
    Ok(())
}

/// How long something took, or has been going on since `begun`.
fn took(milliseconds: Option<i64>, begun: Timestamp) -> String {
    milliseconds.map_or_else(
        || format!("{} so far", duration(SystemClock.now().as_millis().saturating_sub(begun.as_millis()).max(0))),
        duration,
    )
}

fn write_texts(out: &mut dyn Write, indent: &str, texts: &[(&str, &Option<String>)], limit: usize) -> io::Result<()> {
    for (label, text) in texts {
        if let Some(text) = text {
            writeln!(out, "{indent}{} {}", dim(&format!("{label:<6}")), brief(text, limit))?;
        }
    }
    Ok(())
}

async fn history(client: &Client, arn: &str) -> Result<Vec<HistoryEvent>> {
    let pages = client.states.get_execution_history().execution_arn(arn).max_results(1000);
    let mut items = pages.into_paginator().items().send();
    let mut events = Vec::new();
    while let Some(event) = items.next().await {
        events.push(event.map_err(|error| client.explain(error))?);
    }
    Ok(events)
}

async fn start(
    client: &Client,
    machine: &str,
    input: &str,
    name: Option<String>,
    wait: bool,
    output: Output,
) -> Result<()> {
    let machine = machine_arn(client, machine).await?;
    let express = is_express(client, &machine).await?;
    if wait && express {
        bail!(
            "{} is an Express machine, whose executions keep no history to show: start it without --wait",
            last_part(&machine)
        );
    }
    let call = client.states.start_execution().state_machine_arn(machine).input(json_argument(input)?).set_name(name);
    let started = call.send().await.map_err(|error| client.explain(error))?;
    let arn = started.execution_arn().to_owned();
    if wait {
        return show_end(client, &arn, output).await;
    }
    output.print(&serde_json::json!({ "executionArn": arn }), |_, out| {
        writeln!(out, "started {arn}")?;
        if express {
            return writeln!(out, "{}", dim("an Express execution keeps no history"));
        }
        let (machine, name) = machine_and_name(&arn);
        writeln!(out, "{}", dim(&format!("sluice executions show {machine}/{name}")))
    })?;
    Ok(())
}

async fn is_express(client: &Client, machine: &str) -> Result<bool> {
    let described = client.states.describe_state_machine().state_machine_arn(machine).send().await;
    Ok(*described.map_err(|error| client.explain(error))?.r#type() == StateMachineType::Express)
}

async fn await_end(client: &Client, arn: &str) -> Result<ExecutionStatus> {
    loop {
        let described = client.states.describe_execution().execution_arn(arn).send().await;
        let status = described.map_err(|error| client.explain(error))?.status().clone();
        if status != ExecutionStatus::Running {
            return Ok(status);
        }
        SystemClock.sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// The ARN that `execution` stands for: itself, or the one execution of `machine/name` whose name begins so.
async fn resolve(client: &Client, execution: &str) -> Result<String> {
    if execution.starts_with("arn:") {
        return Ok(execution.to_owned());
    }
    let Some((machine, name)) = execution.split_once('/') else {
        bail!("give an execution as ARN or as machine/name: {execution}");
    };
    let machine = standard_machine_arn(client, machine).await?;
    let list = client.states.list_executions().state_machine_arn(&machine).max_results(1000);
    let mut pages = list.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = pages.next().await {
        let item = item.map_err(|error| client.explain(error))?;
        if item.name() == name {
            return Ok(item.execution_arn().to_owned());
        }
        if item.name().starts_with(name) {
            found.push(item.execution_arn().to_owned());
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("{} has no execution whose name begins with {name}", last_part(&machine)),
        many => {
            note(&many.join("\n"));
            bail!("{} executions of {} begin with {name}: give more of the name", many.len(), last_part(&machine))
        }
    }
}

struct Machine {
    arn: String,
    name: String,
    express: bool,
}

async fn machines(client: &Client) -> Result<Vec<Machine>> {
    let mut items = client.states.list_state_machines().into_paginator().items().send();
    let mut machines = Vec::new();
    while let Some(item) = items.next().await {
        let item = item.map_err(|error| client.explain(error))?;
        machines.push(Machine {
            arn: item.state_machine_arn().to_owned(),
            name: item.name().to_owned(),
            express: *item.r#type() == StateMachineType::Express,
        });
    }
    Ok(machines)
}

async fn machine_arn(client: &Client, machine: &str) -> Result<String> {
    if machine.starts_with("arn:") {
        return Ok(machine.to_owned());
    }
    let machines = machines(client).await?;
    match machines.iter().find(|known| known.name == machine) {
        Some(known) => Ok(known.arn.clone()),
        None => {
            let names: Vec<&str> = machines.iter().map(|machine| machine.name.as_str()).collect();
            bail!("there is no state machine {machine}; there are: {}", names.join(", "))
        }
    }
}

/// The ARN of a machine whose executions are kept.
async fn standard_machine_arn(client: &Client, machine: &str) -> Result<String> {
    let arn = machine_arn(client, machine).await?;
    if is_express(client, &arn).await? {
        bail!("{} is an Express machine, whose executions keep no history, as on AWS", last_part(&arn));
    }
    Ok(arn)
}

fn machine_and_name(execution_arn: &str) -> (&str, &str) {
    let mut parts = execution_arn.rsplitn(3, ':');
    let name = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), name)
}

fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}
