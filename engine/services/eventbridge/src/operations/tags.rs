//! Tags of buses and rules.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{Tag, parse, required, tags};
use crate::bus::Tags;
use crate::error;
use crate::names::DEFAULT_BUS;
use crate::rule::Rule;
use crate::service::EventBridge;

#[derive(Deserialize)]
struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    #[serde(rename = "Tags")]
    tags: Option<Vec<Tag>>,
    #[serde(rename = "TagKeys", default)]
    tag_keys: Vec<String>,
}

/// What can have tags.
enum Resource {
    Bus(String),
    Rule { bus: String, name: String },
}

impl Resource {
    fn of(arn: &str) -> Result<Self, ServiceError> {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        match resource.split_once('/') {
            Some(("event-bus", name)) => Ok(Self::Bus(name.to_owned())),
            Some(("rule", rule)) => {
                let (bus, name) = rule.rsplit_once('/').unwrap_or((DEFAULT_BUS, rule));
                Ok(Self::Rule { bus: bus.to_owned(), name: name.to_owned() })
            }
            _ => Err(error::invalid_parameter("ResourceARN", "Provided Arn is not in correct format.")),
        }
    }
}

impl EventBridge {
    pub(crate) fn list_tags_for_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let tags = self.tags_of(&Resource::of(&required(input.resource_arn, "resourceARN")?)?)?;
        let tags: Vec<Value> = tags.into_iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({ "Tags": tags }))
    }

    pub(crate) async fn tag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let added = tags(input.tags);
        self.change_tags(&required(input.resource_arn, "resourceARN")?, |tags| tags.extend(added)).await
    }

    pub(crate) async fn untag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let arn = required(input.resource_arn, "resourceARN")?;
        self.change_tags(&arn, |tags| tags.retain(|key, _| !input.tag_keys.contains(key))).await
    }

    fn tags_of(&self, resource: &Resource) -> Result<Tags, ServiceError> {
        let registry = self.registry();
        Ok(match resource {
            Resource::Bus(name) => registry.bus(name)?.record.tags.clone(),
            Resource::Rule { bus, name } => registry.rule(bus, name)?.record.tags.clone(),
        })
    }

    async fn change_tags(&self, arn: &str, change: impl FnOnce(&mut Tags) + Send) -> Result<Value, ServiceError> {
        let resource = Resource::of(arn)?;
        let _alone = self.changes.lock().await;
        let mut tags = self.tags_of(&resource)?;
        change(&mut tags);
        match resource {
            Resource::Bus(name) => {
                let mut record = self.registry().bus(&name)?.record.clone();
                record.tags = tags;
                self.put_bus_record(record).await?;
            }
            Resource::Rule { bus, name } => {
                let mut rule = Rule::clone(&*self.registry().rule(&bus, &name)?);
                rule.record.tags = tags;
                self.keep_rule(rule).await?;
            }
        }
        Ok(json!({}))
    }
}
