//! Secrets Manager as a service of the engine.

use std::sync::Arc;

use async_trait::async_trait;
use clock::Timestamp;
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::{Api, Platform, Scope, Service, ServiceError};

use crate::api::API;
use crate::operations::{create, delete, list, policy, read, staging, tags, update};
use crate::password::GetRandomPassword;
use crate::{error, rows};

/// AWS Secrets Manager.
pub struct SecretsManager {
    platform: Platform,
}

/// What an operation works with.
pub(crate) struct Context<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) scope: &'a Scope,
    pub(crate) now: Timestamp,
}

impl SecretsManager {
    /// Brings the tables up to date.
    ///
    /// # Errors
    /// The store's own, when it can't be written or has been written by a newer version.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("secretsmanager", rows::MIGRATIONS)?;
        Ok(Arc::new(Self { platform: platform.clone() }))
    }

    async fn read<I: DeserializeOwned + Send + 'static>(
        &self,
        input: Value,
        work: fn(&Context<'_>, I) -> Result<Value, ServiceError>,
    ) -> Result<Value, ServiceError> {
        let (input, scope, now) = (decode(input)?, self.platform.scope.clone(), self.platform.clock.now());
        let read = move |connection: &Connection| work(&Context { connection, scope: &scope, now }, input);
        self.platform.store.read(read).await
    }

    async fn write<I: DeserializeOwned + Send + 'static>(
        &self,
        input: Value,
        work: fn(&Context<'_>, I) -> Result<Value, ServiceError>,
    ) -> Result<Value, ServiceError> {
        let (input, scope, now) = (decode(input)?, self.platform.scope.clone(), self.platform.clock.now());
        let write = move |connection: &Connection| {
            rows::delete_gone(connection, now)?;
            work(&Context { connection, scope: &scope, now }, input)
        };
        self.platform.store.write(write).await
    }

    /// Reads a value, and notes the day once.
    async fn get_secret_value(&self, input: Value) -> Result<Value, ServiceError> {
        match self.read(input.clone(), read::get).await? {
            Value::Null => self.write(input, read::get_and_note).await,
            answer => Ok(answer),
        }
    }
}

#[async_trait]
impl Service for SecretsManager {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "BatchGetSecretValue" => self.write(input, list::batch_get).await,
            "CreateSecret" => self.write(input, create::create).await,
            "DeleteResourcePolicy" => self.write(input, policy::delete).await,
            "DeleteSecret" => self.write(input, delete::delete).await,
            "DescribeSecret" => self.read(input, read::describe).await,
            "GetRandomPassword" => decode::<GetRandomPassword>(input)?.run(),
            "GetResourcePolicy" => self.read(input, policy::get).await,
            "GetSecretValue" => self.get_secret_value(input).await,
            "ListSecretVersionIds" => self.read(input, list::version_ids).await,
            "ListSecrets" => self.read(input, list::secrets).await,
            "PutResourcePolicy" => self.write(input, policy::put).await,
            "PutSecretValue" => self.write(input, update::put_value).await,
            "RestoreSecret" => self.write(input, delete::restore).await,
            "TagResource" => self.write(input, tags::tag).await,
            "UntagResource" => self.write(input, tags::untag).await,
            "UpdateSecret" => self.write(input, update::update).await,
            "UpdateSecretVersionStage" => self.write(input, staging::update).await,
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}

fn decode<T: DeserializeOwned>(input: Value) -> Result<T, ServiceError> {
    let input = if input.is_null() { json!({}) } else { input };
    serde_json::from_value(input).map_err(|failure| {
        let text = failure.to_string();
        match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(member) => error::missing(&lower_first(member)),
            None => ServiceError::client("SerializationException", text),
        }
    })
}

fn lower_first(member: &str) -> String {
    let mut characters = member.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + characters.as_str())
}
