//! Parameter Store as a service of the engine.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::{Api, Platform, Scope, Service, ServiceError};

use crate::api::API;
use crate::name::Reference;
use crate::{read, tables, tags, write};

/// AWS Systems Manager Parameter Store.
pub struct Ssm {
    platform: Platform,
}

impl Ssm {
    /// Brings the tables up to date.
    ///
    /// # Errors
    /// The store's own, when it can't be written or has been written by a newer version.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("ssm", tables::MIGRATIONS)?;
        Ok(Arc::new(Self { platform: platform.clone() }))
    }

    async fn read(
        &self,
        work: impl FnOnce(&Connection, &Scope) -> Result<Value, ServiceError> + Send + 'static,
    ) -> Result<Value, ServiceError> {
        let scope = self.platform.scope.clone();
        self.platform.store.read(move |connection| work(connection, &scope)).await
    }

    async fn write(
        &self,
        work: impl FnOnce(&Connection, &Scope) -> Result<Value, ServiceError> + Send + 'static,
    ) -> Result<Value, ServiceError> {
        let scope = self.platform.scope.clone();
        self.platform.store.write(move |connection| work(connection, &scope)).await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: String,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AllNamed {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Labelled {
    name: String,
    parameter_version: Option<i64>,
    labels: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagged {
    resource_type: String,
    resource_id: String,
    #[serde(default)]
    tags: Vec<Value>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

#[async_trait]
impl Service for Ssm {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "PutParameter" => {
                let request: write::PutParameter = decode(input)?;
                request.check()?;
                let now = self.platform.clock.now().as_millis();
                self.write(move |connection, _| request.run(connection, now)).await
            }
            "DeleteParameter" => {
                let Named { name, .. } = decode(input)?;
                self.write(move |connection, scope| write::delete_one(connection, scope, &name)).await
            }
            "DeleteParameters" => {
                let AllNamed { names, .. } = decode(input)?;
                self.write(move |connection, scope| write::delete_many(connection, scope, &names)).await
            }
            "GetParameter" => {
                let Named { name, with_decryption } = decode(input)?;
                self.read(move |connection, scope| read::one(connection, scope, &name, with_decryption)).await
            }
            "GetParameters" => {
                let AllNamed { names, with_decryption } = decode(input)?;
                self.read(move |connection, scope| read::many(connection, scope, &names, with_decryption)).await
            }
            "GetParametersByPath" => {
                let request: read::ByPath = decode(input)?;
                self.read(move |connection, scope| request.run(connection, scope)).await
            }
            "DescribeParameters" => {
                let request: read::Describe = decode(input)?;
                self.read(move |connection, scope| request.run(connection, scope)).await
            }
            "GetParameterHistory" => {
                let request: read::History = decode(input)?;
                self.read(move |connection, scope| request.run(connection, scope)).await
            }
            "LabelParameterVersion" => {
                let Labelled { name, parameter_version, labels } = decode(input)?;
                let run = move |connection: &Connection, scope: &Scope| {
                    write::label(connection, &Reference::parse(&name, scope).name, parameter_version, &labels)
                };
                self.write(run).await
            }
            "UnlabelParameterVersion" => {
                let Labelled { name, parameter_version, labels } = decode(input)?;
                let version = parameter_version.ok_or_else(|| crate::errors::missing("parameterVersion"))?;
                let run = move |connection: &Connection, scope: &Scope| {
                    write::unlabel(connection, &Reference::parse(&name, scope).name, version, &labels)
                };
                self.write(run).await
            }
            "AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource" => {
                let request: Tagged = decode(input)?;
                let operation = operation.to_owned();
                self.write(move |connection, scope| tag(connection, scope, &operation, &request)).await
            }
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}

fn tag(connection: &Connection, scope: &Scope, operation: &str, request: &Tagged) -> Result<Value, ServiceError> {
    let name = Reference::parse(&request.resource_id, scope).name;
    tags::check(connection, &request.resource_type, &name)?;
    match operation {
        "AddTagsToResource" => tags::add(connection, &name, &request.tags).map(|()| json!({})),
        "RemoveTagsFromResource" => tags::remove(connection, &name, &request.tag_keys),
        _ => {
            let tags = tags::list(connection, &name)?;
            let tags: Vec<_> = tags.into_iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
            Ok(json!({"TagList": tags}))
        }
    }
}

fn decode<T: DeserializeOwned>(input: Value) -> Result<T, ServiceError> {
    serde_json::from_value(input).map_err(|error| {
        let text = error.to_string();
        match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(member) => crate::errors::missing(&lower_first(member)),
            None => ServiceError::client("SerializationException", text),
        }
    })
}

fn lower_first(member: &str) -> String {
    let mut characters = member.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + characters.as_str())
}
