//! `sluice replay`.

use std::io;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_eventbridge::types::ReplayDestination;
use aws_smithy_types::DateTime;
use clock::{Clock, SystemClock, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::Replay;
use crate::client::{Client, timestamp};
use crate::moment::Moment;
use crate::output::{Output, Table, dim, status};
use crate::previews;

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Replay, output: Output) -> Result<()> {
    match command {
        Replay::Start { archive, from, to, rules, name, wait, dry_run } => {
            let planned = plan(client, Window { archive, from, to, rules, name }).await?;
            if dry_run { preview(client, &planned, output) } else { start(client, planned, wait, output).await }
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

/// A replay with everything that a person may leave out.
struct Planned {
    name: String,
    archive_arn: String,
    bus_arn: String,
    from: Timestamp,
    to: Timestamp,
    rule_arns: Vec<String>,
}

async fn plan(client: &Client, window: Window) -> Result<Planned> {
    let now = SystemClock.now();
    let archive = client.events.describe_archive().archive_name(&window.archive).send().await;
    let archive = archive.map_err(|error| client.explain(error))?;
    let bus_arn = archive.event_source_arn().context("the archive has no bus")?.to_owned();
    let bus = bus_arn.rsplit('/').next().unwrap_or_default();
    let mut rule_arns = Vec::new();
    for rule in &window.rules {
        let described = client.events.describe_rule().name(rule).event_bus_name(bus).send().await;
        rule_arns.extend(described.map_err(|error| client.explain(error))?.arn().map(str::to_owned));
    }
    Ok(Planned {
        name: window.name.unwrap_or_else(|| default_name(&window.archive, now)),
        archive_arn: archive.archive_arn().context("the archive has no ARN")?.to_owned(),
        bus_arn,
        from: window.from.resolve(now),
        to: window.to.map_or(now, |to| to.resolve(now)),
        rule_arns,
    })
}

async fn start(client: &Client, planned: Planned, wait: bool, output: Output) -> Result<()> {
    let Planned { name, archive_arn, bus_arn, from, to, rule_arns } = planned;
    let destination =
        ReplayDestination::builder().arn(bus_arn).set_filter_arns((!rule_arns.is_empty()).then_some(rule_arns));
    let call = client
        .events
        .start_replay()
        .replay_name(&name)
        .event_source_arn(archive_arn)
        .event_start_time(DateTime::from_millis(from.as_millis()))
        .event_end_time(DateTime::from_millis(to.as_millis()))
        .destination(destination.build().context("a destination needs an ARN")?);
    call.send().await.map_err(|error| client.explain(error))?;
    let mut replay = describe(client, &name).await?;
    while wait && matches!(replay.state.as_str(), "STARTING" | "RUNNING" | "CANCELLING") {
        SystemClock.sleep(Duration::from_millis(100)).await;
        replay = describe(client, &name).await?;
    }
    print(&[replay], output)
}

/// Asks the engine what the replay would do: AWS lets nobody look into an archive without a replay.
fn preview(client: &Client, planned: &Planned, output: Output) -> Result<()> {
    if client.endpoint == "aws" {
        bail!("AWS cannot tell what a replay would do: leave out --dry-run, or name a sluice with --endpoint");
    }
    let mut destination = json!({"Arn": planned.bus_arn});
    if !planned.rule_arns.is_empty() {
        destination["FilterArns"] = json!(planned.rule_arns);
    }
    let input = json!({
        "ReplayName": planned.name,
        "EventSourceArn": planned.archive_arn,
        "EventStartTime": planned.from.as_epoch_seconds(),
        "EventEndTime": planned.to.as_epoch_seconds(),
        "Destination": destination,
    });
    let url = format!("{}{}", client.endpoint.trim_end_matches('/'), previews::PATH);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.post(&url).send_json(&input).with_context(|| format!("nothing answers at {url}"))?;
    let is_good = answer.status().is_success();
    let answer: Value = answer.body_mut().read_json().context("the answer is no JSON: is this a sluice?")?;
    if !is_good {
        let text = |member: &str| answer[member].as_str().unwrap_or_default();
        bail!("{}: {}", text("code"), text("message"));
    }
    output.print(&answer, |answer, out| {
        writeln!(out, "{} events lie in the window; nothing was sent", answer["events"])?;
        let mut table = Table::new(&["RULE", "TARGET", "EVENTS"]);
        for target in answer["targets"].as_array().into_iter().flatten() {
            let text = |member: &str| target[member].as_str().unwrap_or_default().to_owned();
            table.row([text("rule"), text("arn"), target["events"].to_string()]);
        }
        table.write(out, "no rule of the bus has a target")
    })?;
    Ok(())
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
