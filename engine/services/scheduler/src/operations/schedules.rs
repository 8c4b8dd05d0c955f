//! Schedules.

use ::service::ServiceError;
use serde_json::{Value, json};

use super::{name, page_size, text};
use crate::error::{constraint, exists};
use crate::names::DEFAULT_GROUP;
use crate::rows::{groups, schedules};
use crate::schedule::{Schedule, State};
use crate::service::Scheduler;
use crate::target::Target;

impl Scheduler {
    pub(crate) async fn create_schedule(&self, input: Value) -> Result<Value, ServiceError> {
        let schedule = self.schedule_of(input)?;
        let answer = json!({"ScheduleArn": schedule.arn(&self.platform.scope)});
        let write = move |connection: &_| {
            groups::get(connection, &schedule.group)?;
            match schedules::find(connection, &schedule.group, &schedule.name)? {
                None => schedules::insert(connection, &schedule, schedule.first()?),
                Some(other) if schedule.made_by.is_some() && schedule.made_by == other.schedule.made_by => Ok(()),
                Some(_) => Err(exists("Schedule", &schedule.name)),
            }
        };
        self.platform.store.write(write).await?;
        self.work.nudge();
        Ok(answer)
    }

    pub(crate) async fn update_schedule(&self, input: Value) -> Result<Value, ServiceError> {
        let mut schedule = self.schedule_of(input)?;
        let answer = json!({"ScheduleArn": schedule.arn(&self.platform.scope)});
        let write = move |connection: &_| {
            let stored = schedules::get(connection, &schedule.group, &schedule.name)?;
            schedule.created_at = stored.schedule.created_at;
            // The token of an update is none of the creation's.
            schedule.made_by = stored.schedule.made_by;
            schedules::update(connection, stored.id, &schedule, schedule.first()?)
        };
        self.platform.store.write(write).await?;
        self.work.nudge();
        Ok(answer)
    }

    fn schedule_of(&self, input: Value) -> Result<Schedule, ServiceError> {
        let schedule = Schedule::of(input, self.platform.clock.now())?;
        Target::new(schedule.target.clone())?.check(&self.platform)?;
        Ok(schedule)
    }

    pub(crate) async fn get_schedule(&self, input: Value) -> Result<Value, ServiceError> {
        let (group, name) = key(&input)?;
        let read = move |connection: &_| schedules::get(connection, &group, &name);
        Ok(self.platform.store.read(read).await?.schedule.describe(&self.platform.scope))
    }

    pub(crate) async fn delete_schedule(&self, input: Value) -> Result<Value, ServiceError> {
        let (group, name) = key(&input)?;
        let write = move |connection: &_| {
            let stored = schedules::get(connection, &group, &name)?;
            schedules::delete(connection, stored.id)
        };
        self.platform.store.write(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn list_schedules(&self, input: Value) -> Result<Value, ServiceError> {
        let most = page_size(&input)?;
        let owned = |member: &str, parameter: &str| text(&input, member, parameter).map(str::to_owned);
        let after = owned("NextToken", "NextToken").unwrap_or_default();
        let (group, name) = after.split_once('/').unwrap_or_default();
        let filter = schedules::Filter {
            group: owned("GroupName", "ScheduleGroup"),
            prefix: owned("NamePrefix", "NamePrefix").unwrap_or_default(),
            state: owned("State", "State").map(|state| state_of(&state)).transpose()?,
            after: (group.to_owned(), name.to_owned()),
        };
        let read = move |connection: &_| {
            if let Some(group) = &filter.group {
                groups::get(connection, group)?;
            }
            schedules::list(connection, &filter, most + 1)
        };
        let mut found = self.platform.store.read(read).await?;
        let has_more = found.len() > most;
        found.truncate(most);
        let scope = &self.platform.scope;
        let items: Vec<Value> = found.iter().map(|schedule| schedule.summary(scope).into()).collect();
        let mut answer = json!({ "Schedules": items });
        if let Some(last) = found.last().filter(|_| has_more) {
            answer["NextToken"] = format!("{}/{}", last.group, last.name).into();
        }
        Ok(answer)
    }
}

/// The group and name that a call is about.
fn key(input: &Value) -> Result<(String, String), ServiceError> {
    let group = text(input, "GroupName", "groupName").unwrap_or(DEFAULT_GROUP);
    Ok((group.to_owned(), name(input)?))
}

fn state_of(text: &str) -> Result<State, ServiceError> {
    [State::Enabled, State::Disabled]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or_else(|| constraint(text, "state", "Member must satisfy enum value set: [ENABLED, DISABLED]"))
}
