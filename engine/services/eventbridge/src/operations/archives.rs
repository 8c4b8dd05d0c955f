//! Archives.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{Page, check_length, check_listed, object, parse, required};
use crate::archive::Archive;
use crate::names;
use crate::rows::archives::Counts;
use crate::service::EventBridge;
use crate::{error, rows};

const STATES: [&str; 6] = ["ENABLED", "DISABLED", "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    archive_name: Option<String>,
    event_source_arn: Option<String>,
    description: Option<String>,
    event_pattern: Option<String>,
    retention_days: Option<i64>,
    kms_key_identifier: Option<String>,
}

impl Input {
    fn retention(&self) -> Result<Option<u32>, ServiceError> {
        match self.retention_days {
            None => Ok(None),
            Some(days) => u32::try_from(days).map(Some).map_err(|_| {
                error::constraint(days, "retentionDays", "Member must have value greater than or equal to 0")
            }),
        }
    }

    fn refuse_key(&self) -> Result<(), ServiceError> {
        match &self.kms_key_identifier {
            Some(key) if !key.is_empty() => {
                Err(ServiceError::validation(format!("sluice does not implement archives under a KMS key yet: {key}")))
            }
            _ => Ok(()),
        }
    }
}

impl EventBridge {
    pub(crate) async fn create_archive(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let retention_days = input.retention()?.unwrap_or_default();
        check_length(input.description.as_deref(), "description", 512)?;
        input.refuse_key()?;
        let name = required(input.archive_name, "archiveName")?;
        names::check(&name, "archiveName", 48, false)?;
        let source = required(input.event_source_arn, "eventSourceArn")?;
        let bus = names::bus_of(Some(&source)).to_owned();
        let _alone = self.changes.lock().await;
        self.registry().bus(&bus)?;
        if self.registry().archives.contains_key(&name) {
            return Err(error::exists("Archive", &name));
        }
        let archive = Archive {
            id: 0,
            name,
            bus,
            description: input.description,
            event_pattern: input.event_pattern,
            retention_days,
            created_at: self.platform.clock.now(),
        };
        let rule = archive.rule(&self.platform.scope)?;
        let (mut row, rule_row) = (archive, rule.clone());
        let write = move |connection: &_| {
            rows::archives::insert(connection, &mut row)?;
            rows::declarations::put_rule(connection, &rule_row)?;
            Ok::<_, ServiceError>(row)
        };
        let archive = self.platform.store.write(write).await?;
        let answer = self.brief(&archive);
        let mut registry = self.registry_mut();
        registry.archives.insert(archive.name.clone(), archive);
        registry.put_rule(rule);
        Ok(answer)
    }

    pub(crate) async fn update_archive(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let retention_days = input.retention()?;
        check_length(input.description.as_deref(), "description", 512)?;
        input.refuse_key()?;
        let name = required(input.archive_name, "archiveName")?;
        if input.event_pattern.is_none() && retention_days.is_none() && input.description.is_none() {
            let message = "At least one of EventPattern, RetentionDays or Description must be provided.";
            return Err(ServiceError::validation(message));
        }
        let _alone = self.changes.lock().await;
        let mut archive = self.registry().archive(&name)?.clone();
        archive.event_pattern = input.event_pattern.or(archive.event_pattern);
        archive.retention_days = retention_days.unwrap_or(archive.retention_days);
        archive.description = input.description.or(archive.description);
        let rule = archive.rule(&self.platform.scope)?;
        let (row, rule_row) = (archive.clone(), rule.clone());
        let write = move |connection: &_| {
            rows::archives::update(connection, &row)?;
            rows::declarations::put_rule(connection, &rule_row)
        };
        self.platform.store.write(write).await?;
        let answer = self.brief(&archive);
        {
            let mut registry = self.registry_mut();
            registry.archives.insert(name, archive);
            registry.put_rule(rule);
        }
        self.superfluous.notify_one();
        Ok(answer)
    }

    pub(crate) async fn describe_archive(&self, input: Value) -> Result<Value, ServiceError> {
        let name = required(input["ArchiveName"].as_str(), "archiveName")?;
        let archive = self.registry().archive(name)?.clone();
        let mut description = self.item(&archive).await?;
        description["ArchiveArn"] = names::archive_arn(&self.platform.scope, &archive.name).into();
        for (member, value) in [("Description", archive.description), ("EventPattern", archive.event_pattern)] {
            if let Some(value) = value {
                description[member] = value.into();
            }
        }
        Ok(description)
    }

    pub(crate) async fn list_archives(&self, input: Value) -> Result<Value, ServiceError> {
        check_listed(input["State"].as_str(), "state", &STATES)?;
        let bus = input["EventSourceArn"].as_str().map(|arn| names::bus_of(Some(arn)).to_owned());
        // Every archive is ENABLED as soon as it is created.
        let other_state = input["State"].as_str().is_some_and(|state| state != "ENABLED");
        let page = Page::parse(input)?;
        if let Some(bus) = &bus {
            self.registry().bus(bus)?;
        }
        let archives: Vec<Archive> = self.registry().archives.values().cloned().collect();
        let mut items = Vec::new();
        for archive in archives {
            if !other_state && bus.as_ref().is_none_or(|bus| *bus == archive.bus) {
                items.push((archive.name.clone(), self.item(&archive).await?));
            }
        }
        Ok(page.of("Archives", items))
    }

    pub(crate) async fn delete_archive(&self, input: Value) -> Result<Value, ServiceError> {
        let name = required(input["ArchiveName"].as_str(), "archiveName")?.to_owned();
        let _alone = self.changes.lock().await;
        let archive = self.registry().archive(&name)?.clone();
        let (id, bus, rule) = (archive.id, archive.bus.clone(), archive.rule_name());
        let write = move |connection: &_| {
            rows::archives::delete(connection, id)?;
            rows::declarations::delete_rule(connection, &bus, &rule)
        };
        self.platform.store.write(write).await?;
        {
            let mut registry = self.registry_mut();
            registry.archives.remove(&name);
            if let Some(bus) = registry.buses.get_mut(&archive.bus) {
                bus.remove(&archive.rule_name());
            }
        }
        self.superfluous.notify_one();
        Ok(json!({}))
    }

    fn brief(&self, archive: &Archive) -> Value {
        json!({
            "ArchiveArn": names::archive_arn(&self.platform.scope, &archive.name),
            "State": "ENABLED",
            "CreationTime": archive.created_at.as_epoch_seconds(),
        })
    }

    async fn item(&self, archive: &Archive) -> Result<Value, ServiceError> {
        let id = archive.id;
        let Counts { events, bytes } =
            self.platform.store.read(move |connection| rows::archives::counts(connection, id)).await?;
        Ok(object([
            ("ArchiveName", Some(archive.name.clone().into())),
            ("EventSourceArn", Some(names::bus_arn(&self.platform.scope, &archive.bus).into())),
            ("State", Some("ENABLED".into())),
            ("RetentionDays", Some(archive.retention_days.into())),
            ("SizeBytes", Some(bytes.into())),
            ("EventCount", Some(events.into())),
            ("CreationTime", Some(archive.created_at.as_epoch_seconds().into())),
        ]))
    }
}
