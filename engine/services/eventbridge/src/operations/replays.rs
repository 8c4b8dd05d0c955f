//! Replays.

use std::collections::BTreeSet;

use clock::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{Page, check_length, check_listed, object, parse, required};
use crate::bus::Bus;
use crate::names;
use crate::replay::{Happening, Replay, State};
use crate::replay_preview::ReplayPreview;
use crate::service::EventBridge;
use crate::{error, rows};

/// AWS's quota of replays at a time.
const MOST_ACTIVE: usize = 10;

const STATES: [&str; 6] = ["STARTING", "RUNNING", "CANCELLING", "COMPLETED", "CANCELLED", "FAILED"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Start {
    replay_name: Option<String>,
    description: Option<String>,
    event_source_arn: Option<String>,
    event_start_time: Option<f64>,
    event_end_time: Option<f64>,
    destination: Option<Destination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    arn: Option<String>,
    filter_arns: Option<BTreeSet<String>>,
}

/// Refuses to filter by what is no rule of the bus.
fn check_filter(bus: &Bus, arn: &str) -> Result<(), ServiceError> {
    if bus.rules().values().any(|rule| rule.arn == arn) {
        return Ok(());
    }
    let name = arn.rsplit('/').next().unwrap_or(arn);
    Err(error::no_such_rule(name, &bus.record.name))
}

impl EventBridge {
    pub(crate) async fn start_replay(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Start = parse(input)?;
        let _alone = self.changes.lock().await;
        let replay = self.plan_replay(input)?;
        let name = replay.name.clone();
        let row = replay.clone();
        self.platform.store.write(move |connection| rows::declarations::put_replay(connection, &row)).await?;
        let answer = json!({
            "ReplayArn": names::replay_arn(&self.platform.scope, &name),
            "State": replay.state.name(),
            "ReplayStartTime": replay.started_at.as_epoch_seconds(),
        });
        self.registry_mut().replays.insert(name.clone(), replay);
        if let Some(this) = self.this.upgrade() {
            self.platform.spawn(this.run_replay(name));
        }
        Ok(answer)
    }

    /// What StartReplay with this input would send where, without sending anything. AWS has no such operation.
    ///
    /// # Errors
    /// Those of StartReplay.
    pub async fn preview_replay(&self, input: Value) -> Result<ReplayPreview, ServiceError> {
        let replay = self.plan_replay(parse(input)?)?;
        self.preview(replay).await
    }

    /// The replay that is asked for, unless AWS would refuse it.
    fn plan_replay(&self, input: Start) -> Result<Replay, ServiceError> {
        let name = required(input.replay_name, "replayName")?;
        names::check(&name, "replayName", 64, false)?;
        check_length(input.description.as_deref(), "description", 512)?;
        let source = required(input.event_source_arn, "eventSourceArn")?;
        let start = required(input.event_start_time, "eventStartTime")?;
        let end = required(input.event_end_time, "eventEndTime")?;
        let destination = required(input.destination, "destination")?;
        let destination_arn = required(destination.arn, "destination.arn")?;
        let bus = names::bus_of(Some(&destination_arn)).to_owned();
        let archive_name = source.rsplit_once('/').map_or(source.as_str(), |(_, name)| name).to_owned();
        let registry = self.registry();
        registry.bus(&bus)?;
        let Some(archive) = registry.archives.get(&archive_name) else {
            let reason = format!("Archive {archive_name} does not exist.");
            return Err(error::invalid_parameter("EventSourceArn", reason));
        };
        if archive.bus != bus {
            let reason = "Cross event bus replay is not permitted.";
            return Err(error::invalid_parameter("Destination.Arn", reason));
        }
        if end <= start {
            let reason = "EventStartTime must be before EventEndTime.";
            return Err(error::invalid_parameter("EventEndTime", reason));
        }
        for arn in destination.filter_arns.iter().flatten() {
            check_filter(registry.bus(&bus)?, arn)?;
        }
        if registry.replays.contains_key(&name) {
            return Err(error::exists("Replay", &name));
        }
        if registry.replays.values().filter(|replay| replay.state.is_active()).count() >= MOST_ACTIVE {
            return Err(error::limit_exceeded());
        }
        Ok(Replay {
            name,
            description: input.description,
            archive_id: archive.id,
            archive: archive_name,
            bus,
            filter_arns: destination.filter_arns.filter(|arns| !arns.is_empty()),
            event_start: Timestamp::from_epoch_seconds(start),
            event_end: Timestamp::from_epoch_seconds(end),
            state: State::Starting,
            state_reason: None,
            started_at: self.platform.clock.now(),
            ended_at: None,
            cursor: None,
        })
    }

    pub(crate) async fn cancel_replay(&self, input: Value) -> Result<Value, ServiceError> {
        let name = required(input["ReplayName"].as_str(), "replayName")?;
        match self.happen(name, Happening::CancelAsked, None).await? {
            Some(replay) => Ok(json!({
                "ReplayArn": names::replay_arn(&self.platform.scope, name),
                "State": replay.state.name(),
            })),
            None => Err(ServiceError::client(
                "IllegalStatusException",
                format!("Replay {name} is not in a valid state for this operation."),
            )),
        }
    }

    pub(crate) fn describe_replay(&self, input: Value) -> Result<Value, ServiceError> {
        let name = required(input["ReplayName"].as_str(), "replayName")?;
        let registry = self.registry();
        let replay = registry.replay(name)?;
        let mut description = self.replay_item(replay);
        description["ReplayArn"] = names::replay_arn(&self.platform.scope, name).into();
        description["Destination"] = object([
            ("Arn", Some(names::bus_arn(&self.platform.scope, &replay.bus).into())),
            ("FilterArns", replay.filter_arns.as_ref().map(|arns| json!(arns))),
        ]);
        if let Some(text) = &replay.description {
            description["Description"] = text.as_str().into();
        }
        Ok(description)
    }

    pub(crate) fn list_replays(&self, input: Value) -> Result<Value, ServiceError> {
        let archive = input["EventSourceArn"].as_str().map(str::to_owned);
        let state = input["State"].as_str().map(str::to_owned);
        check_listed(state.as_deref(), "state", &STATES)?;
        let page = Page::parse(input)?;
        let registry = self.registry();
        let wanted = registry.replays.iter().filter(|(_, replay)| {
            let arn = names::archive_arn(&self.platform.scope, &replay.archive);
            archive.as_ref().is_none_or(|archive| *archive == arn)
                && state.as_ref().is_none_or(|state| state == replay.state.name())
        });
        Ok(page.of("Replays", wanted.map(|(name, replay)| (name.clone(), self.replay_item(replay)))))
    }

    fn replay_item(&self, replay: &Replay) -> Value {
        let seconds = |moment: Timestamp| Value::from(moment.as_epoch_seconds());
        object([
            ("ReplayName", Some(replay.name.clone().into())),
            ("EventSourceArn", Some(names::archive_arn(&self.platform.scope, &replay.archive).into())),
            ("State", Some(replay.state.name().into())),
            ("StateReason", replay.state_reason.clone().map(Value::from)),
            ("EventStartTime", Some(seconds(replay.event_start))),
            ("EventEndTime", Some(seconds(replay.event_end))),
            ("EventLastReplayedTime", replay.cursor.map(|cursor| seconds(cursor.time))),
            ("ReplayStartTime", Some(seconds(replay.started_at))),
            ("ReplayEndTime", replay.ended_at.map(seconds)),
        ])
    }
}
