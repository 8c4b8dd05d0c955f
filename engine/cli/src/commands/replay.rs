//! `sluice replay`.

use std::io;
use std::time::Duration;

use anyhow::{Context, Result};
use aws_sdk_eventbridge::types::ReplayDestination;
use aws_smithy_types::DateTime;
use clock::{Clock, SystemClock, Timestamp};
use serde::Serialize;

use crate::arguments::Replay;
use crate::client::{Client, timestamp};
use crate::moment::Moment;
use crate::output::{Output, Table, dim, status};

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Replay, output: Output) -> Result<()> {
    match command {
        Replay::Start { archive, from, to, rules, name, wait } => {
            start(client, Window { archive, from, to, rules, name }, wait, output).await
        }
        Replay::Status { name: Some(name) } => print(&[describe(client, &name).await?], output),
        Replay::Status { name: None } => print(&list(client).await?, output),
    }
}

struct Window {
    archive: String,
    from: Moment,
    to: Option<Moment>,
    rules: Vec<String>,
    name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    name: String,
    state: String,
    reason: Option<String>,
    from: Option<String>,
    to: Option<String>,
    last_replayed: Option<String>,
    started: Option<String>,
    ended: Option<String>,
}

async fn start(client: &Client, window: Window, wait: bool, output: Output) -> Result<()> {
    let now = SystemClock.now();
    let archive = client.events.describe_archive().archive_name(&window.archive).send().await;
    let archive = archive.map_err(|error| client.explain(error))?;
    let bus_arn = archive.event_source_arn().context("the archive has no bus")?;
    let bus = bus_arn.rsplit('/').next().unwrap_or_default();
    let mut rule_arns = Vec::new();
    for rule in &window.rules {
        let described = client.events.describe_rule().name(rule).event_bus_name(bus).send().await;
        rule_arns.extend(described.map_err(|error| client.explain(error))?.arn().map(str::to_owned));
    }
    let destination =
        ReplayDestination::builder().arn(bus_arn).set_filter_arns((!rule_arns.is_empty()).then_some(rule_arns));
    let name = window.name.unwrap_or_else(|| default_name(&window.archive, now));
    let call = client
        .events
        .start_replay()
        .replay_name(&name)
        .event_source_arn(archive.archive_arn().context("the archive has no ARN")?)
        .event_start_time(DateTime::from_millis(window.from.resolve(now).as_millis()))
        .event_end_time(DateTime::from_millis(window.to.map_or(now, |to| to.resolve(now)).as_millis()))
        .destination(destination.build().context("a destination needs an ARN")?);
    call.send().await.map_err(|error| client.explain(error))?;
    let mut replay = describe(client, &name).await?;
    while wait && matches!(replay.state.as_str(), "STARTING" | "RUNNING" | "CANCELLING") {
        SystemClock.sleep(Duration::from_millis(100)).await;
        replay = describe(client, &name).await?;
    }
    print(&[replay], output)
}

/// A name that says what it is and when, within AWS's 64 characters of `[.\-_A-Za-z0-9]`.
fn default_name(archive: &str, now: Timestamp) -> String {
    let moment: String = now.to_rfc3339_millis().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{archive}-{moment}")
}

async fn describe(client: &Client, name: &str) -> Result<Shown> {
    let replay =
        client.events.describe_replay().replay_name(name).send().await.map_err(|error| client.explain(error))?;
    let text = |moment: Option<&DateTime>| moment.map(|moment| timestamp(moment).to_rfc3339_millis());
    Ok(Shown {
        name: name.to_owned(),
        state: replay.state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
        reason: replay.state_reason().map(str::to_owned),
        from: text(replay.event_start_time()),
        to: text(replay.event_end_time()),
        last_replayed: text(replay.event_last_replayed_time()),
        started: text(replay.replay_start_time()),
        ended: text(replay.replay_end_time()),
    })
}

async fn list(client: &Client) -> Result<Vec<Shown>> {
    let mut replays = Vec::new();
    let mut token = None;
    loop {
        let page =
            client.events.list_replays().set_next_token(token).send().await.map_err(|error| client.explain(error))?;
        for replay in page.replays() {
            replays.push(describe(client, replay.replay_name().unwrap_or_default()).await?);
        }
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(replays);
        }
    }
}

fn print(replays: &[Shown], output: Output) -> Result<()> {
    let write = |replays: &[Shown], out: &mut dyn io::Write| {
        let mut table = Table::new(&["REPLAY", "STATE", "FROM", "TO", "LAST EVENT", "ENDED"]);
        let text = |moment: &Option<String>| moment.clone().unwrap_or_else(|| dim("-"));
        for replay in replays {
            table.row([
                replay.name.clone(),
                status(&replay.state),
                text(&replay.from),
                text(&replay.to),
                text(&replay.last_replayed),
                text(&replay.ended),
            ]);
        }
        table.write(out, "no replays")
    };
    output.print(&replays, |replays, out| write(replays, out))?;
    Ok(())
}
