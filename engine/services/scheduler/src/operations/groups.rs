//! Groups of schedules.

use ::service::ServiceError;
use serde_json::{Value, json};

use super::{name, page_size, tags, text};
use crate::error::{exists, invalid};
use crate::group::Group;
use crate::names::{self, DEFAULT_GROUP};
use crate::rows::groups;
use crate::service::Scheduler;

impl Scheduler {
    pub(crate) async fn create_schedule_group(&self, input: Value) -> Result<Value, ServiceError> {
        let now = self.platform.clock.now();
        let name = name(&input)?;
        require_other_than_default(&name)?;
        let group = Group {
            name,
            created_at: now,
            modified_at: now,
            tags: tags::given(&input["Tags"])?,
            client_token: text(&input, "ClientToken", "ClientToken").map(str::to_owned),
        };
        let answer = json!({"ScheduleGroupArn": names::group_arn(&self.platform.scope, &group.name)});
        let write = move |connection: &_| match groups::find(connection, &group.name)? {
            None => groups::put(connection, &group),
            // The same call again: its answer was lost.
            Some(other) if group.client_token.is_some() && other.client_token == group.client_token => Ok(()),
            Some(_) => Err(exists("Schedule group", &group.name)),
        };
        self.platform.store.write(write).await?;
        Ok(answer)
    }

    pub(crate) async fn get_schedule_group(&self, input: Value) -> Result<Value, ServiceError> {
        let name = name(&input)?;
        let group = self.platform.store.read(move |connection| groups::get(connection, &name)).await?;
        Ok(group.describe(&self.platform.scope))
    }

    /// Deletes a group with all its schedules at once, where AWS takes its time and tells `DELETING` meanwhile.
    pub(crate) async fn delete_schedule_group(&self, input: Value) -> Result<Value, ServiceError> {
        let name = name(&input)?;
        require_other_than_default(&name)?;
        let write = move |connection: &_| {
            groups::get(connection, &name)?;
            groups::delete(connection, &name)
        };
        self.platform.store.write(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn list_schedule_groups(&self, input: Value) -> Result<Value, ServiceError> {
        let most = page_size(&input)?;
        let owned = |member: &str| text(&input, member, member).unwrap_or_default().to_owned();
        let (prefix, after) = (owned("NamePrefix"), owned("NextToken"));
        let read = move |connection: &_| groups::list(connection, &prefix, &after, most + 1);
        let mut found = self.platform.store.read(read).await?;
        let has_more = found.len() > most;
        found.truncate(most);
        let items: Vec<Value> = found.iter().map(|group| group.describe(&self.platform.scope)).collect();
        let mut answer = json!({ "ScheduleGroups": items });
        if let Some(last) = found.last().filter(|_| has_more) {
            answer["NextToken"] = last.name.clone().into();
        }
        Ok(answer)
    }
}

/// The default group is there without anybody's making it, and stays.
fn require_other_than_default(name: &str) -> Result<(), ServiceError> {
    if name != DEFAULT_GROUP {
        return Ok(());
    }
    Err(invalid(format!("This operation cannot be performed on schedule group {name}.")))
}
