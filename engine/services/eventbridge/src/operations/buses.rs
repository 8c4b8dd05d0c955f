//! Event buses.

use serde::Deserialize;
use serde_json::{Value, json};
use service::{Scope, ServiceError};

use super::{Page, Tag, check_length, check_listed, object, parse, required, tags};
use crate::bus::{Bus, BusRecord};
use crate::names::{self, DEFAULT_BUS};
use crate::service::EventBridge;
use crate::target::check_dead_letter_queue;
use crate::{error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    name: Option<String>,
    event_source_name: Option<String>,
    description: Option<String>,
    kms_key_identifier: Option<String>,
    dead_letter_config: Option<Value>,
    log_config: Option<Value>,
    tags: Option<Vec<Tag>>,
}

impl Input {
    /// Refuses what AWS refuses of a bus, new or changed, and what isn't built.
    fn check(&self, scope: &Scope) -> Result<(), ServiceError> {
        check_length(self.description.as_deref(), "description", 512)?;
        if let Some(key) = self.kms_key_identifier.as_deref().filter(|key| !key.is_empty()) {
            return Err(ServiceError::validation(format!(
                "sluice does not implement buses under a KMS key yet: {key}"
            )));
        }
        if let Some(log) = &self.log_config {
            check_listed(log["Level"].as_str(), "logConfig.level", &["OFF", "ERROR", "INFO", "TRACE"])?;
            check_listed(log["IncludeDetail"].as_str(), "logConfig.includeDetail", &["NONE", "FULL"])?;
        }
        self.dead_letter_config.as_ref().map_or(Ok(()), |config| check_dead_letter_queue(config, scope))
    }
}

impl EventBridge {
    pub(crate) async fn create_event_bus(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        input.check(&self.platform.scope)?;
        let name = required(input.name, "name")?;
        names::check(&name, "name", 256, true)?;
        if let Some(source) = input.event_source_name {
            return Err(ServiceError::validation(format!(
                "sluice does not implement partner event sources yet: {source}"
            )));
        }
        // Only buses of partners have slashes in their names.
        if name.contains('/') {
            return Err(ServiceError::validation("Event bus name must not contain '/'"));
        }
        let _alone = self.changes.lock().await;
        if self.registry().buses.contains_key(&name) {
            return Err(error::exists("Event bus", &name));
        }
        let now = self.platform.clock.now();
        let record = BusRecord {
            name,
            description: input.description,
            kms_key_identifier: input.kms_key_identifier,
            dead_letter_config: input.dead_letter_config,
            log_config: input.log_config,
            policy: None,
            tags: tags(input.tags),
            created_at: now,
            modified_at: now,
        };
        self.write_bus(&record).await?;
        let answer = self.describe(&record);
        self.registry_mut().buses.insert(record.name.clone(), Bus::new(record));
        Ok(without(answer, &["Name", "Policy", "CreationTime", "LastModifiedTime"], "Arn", "EventBusArn"))
    }

    pub(crate) async fn update_event_bus(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        input.check(&self.platform.scope)?;
        let name = input.name.unwrap_or_else(|| DEFAULT_BUS.to_owned());
        let _alone = self.changes.lock().await;
        let mut record = self.registry().bus(&name)?.record.clone();
        record.description = input.description.or(record.description);
        record.kms_key_identifier = input.kms_key_identifier.or(record.kms_key_identifier);
        record.dead_letter_config = input.dead_letter_config.or(record.dead_letter_config);
        record.log_config = input.log_config.or(record.log_config);
        record.modified_at = self.platform.clock.now();
        let answer = self.describe(&record);
        self.put_bus_record(record).await?;
        Ok(without(answer, &["Policy", "CreationTime", "LastModifiedTime"], "Arn", "Arn"))
    }

    /// Writes a bus that is there and puts it in the place of what was.
    pub(super) async fn put_bus_record(&self, record: BusRecord) -> Result<(), ServiceError> {
        self.write_bus(&record).await?;
        if let Some(bus) = self.registry_mut().buses.get_mut(&record.name) {
            bus.record = record;
        }
        Ok(())
    }

    async fn write_bus(&self, record: &BusRecord) -> Result<(), ServiceError> {
        let row = record.clone();
        self.platform.store.write(move |connection| rows::declarations::put_bus(connection, &row)).await
    }

    pub(crate) fn describe_event_bus(&self, input: Value) -> Result<Value, ServiceError> {
        let name = names::bus_of(input["Name"].as_str());
        let registry = self.registry();
        Ok(self.describe(&registry.bus(name)?.record))
    }

    pub(crate) fn list_event_buses(&self, input: Value) -> Result<Value, ServiceError> {
        let page = Page::parse(input)?;
        let registry = self.registry();
        let items = registry.buses.iter().map(|(name, bus)| {
            let item = self.describe(&bus.record);
            (name.clone(), without(item, &["KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"], "Arn", "Arn"))
        });
        Ok(page.of("EventBuses", items))
    }

    pub(crate) async fn delete_event_bus(&self, input: Value) -> Result<Value, ServiceError> {
        let name = names::bus_of(Some(required(input["Name"].as_str(), "name")?)).to_owned();
        if name == DEFAULT_BUS {
            return Err(ServiceError::validation("Cannot delete event bus default."));
        }
        let _alone = self.changes.lock().await;
        match self.registry().buses.get(&name) {
            None => return Ok(json!({})),
            Some(bus) if !bus.rules().is_empty() => {
                return Err(ServiceError::validation(format!("Event bus {name} can't be deleted since it has rules.")));
            }
            Some(_) => {}
        }
        let row = name.clone();
        self.platform.store.write(move |connection| rows::declarations::delete_bus(connection, &row)).await?;
        self.registry_mut().buses.remove(&name);
        Ok(json!({}))
    }

    fn describe(&self, record: &BusRecord) -> Value {
        object([
            ("Name", Some(record.name.clone().into())),
            ("Arn", Some(names::bus_arn(&self.platform.scope, &record.name).into())),
            ("Description", record.description.clone().map(Value::from)),
            ("KmsKeyIdentifier", record.kms_key_identifier.clone().map(Value::from)),
            ("DeadLetterConfig", record.dead_letter_config.clone()),
            ("LogConfig", record.log_config.clone()),
            ("Policy", record.policy.as_ref().map(|policy| policy.text().into())),
            ("CreationTime", Some(record.created_at.as_epoch_seconds().into())),
            ("LastModifiedTime", Some(record.modified_at.as_epoch_seconds().into())),
        ])
    }
}

/// A description without some members and with one under another name, as the operations differ.
fn without(mut description: Value, members: &[&str], from: &str, to: &str) -> Value {
    if let Some(object) = description.as_object_mut() {
        object.retain(|name, _| !members.contains(&name.as_str()));
        if let Some(value) = object.shift_remove(from) {
            object.insert(to.to_owned(), value);
        }
    }
    description
}
