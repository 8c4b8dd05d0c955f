//! CloudWatch Logs as a service of the engine.

use std::sync::Arc;

use async_trait::async_trait;
use clock::Timestamp;
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::{Api, Platform, Scope, Service, ServiceError};

use crate::api::API;
use crate::operations::{events, filter, groups, streams, tags};
use crate::retention::Retention;
use crate::{policies, rows};

/// Amazon CloudWatch Logs.
pub struct Logs {
    platform: Platform,
    retention: Arc<Retention>,
}

/// What an operation works with.
pub(crate) struct Context<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) scope: &'a Scope,
    pub(crate) now: Timestamp,
}

impl Logs {
    /// Brings the tables up to date.
    ///
    /// # Errors
    /// The store's own, when it can't be written or has been written by a newer version.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("logs", rows::MIGRATIONS)?;
        let retention = Arc::new(Retention::new(platform.clone()));
        Ok(Arc::new(Self { platform: platform.clone(), retention }))
    }

    /// Begins to delete events whose retention is over.
    pub fn start(&self) {
        let retention = Arc::clone(&self.retention);
        self.platform.spawn(async move { retention.keep().await });
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
        let write = move |connection: &Connection| work(&Context { connection, scope: &scope, now }, input);
        self.platform.store.write(write).await
    }
}

#[async_trait]
impl Service for Logs {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreateLogGroup" => self.write(input, groups::create).await,
            "CreateLogStream" => self.write(input, streams::create).await,
            "DeleteLogGroup" => self.write(input, groups::delete).await,
            "DeleteLogStream" => self.write(input, streams::delete).await,
            "DeleteResourcePolicy" => self.write(input, policies::delete).await,
            "DeleteRetentionPolicy" => self.write(input, groups::delete_retention).await,
            "DescribeLogGroups" => self.read(input, groups::describe).await,
            "DescribeLogStreams" => self.read(input, streams::describe).await,
            "DescribeResourcePolicies" => self.read(input, policies::describe).await,
            "FilterLogEvents" => self.read(input, filter::filter).await,
            "GetLogEvents" => self.read(input, events::get).await,
            "ListTagsForResource" | "ListTagsLogGroup" => self.read(input, tags::list).await,
            "PutLogEvents" => self.write(input, events::put).await,
            "PutResourcePolicy" => self.write(input, policies::put).await,
            "PutRetentionPolicy" => {
                let answer = self.write(input, groups::put_retention).await?;
                self.retention.nudge();
                Ok(answer)
            }
            "TagLogGroup" | "TagResource" => self.write(input, tags::tag).await,
            "UntagLogGroup" | "UntagResource" => self.write(input, tags::untag).await,
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
            Some(member) => crate::error::invalid(format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
            )),
            None => ServiceError::client("SerializationException", text),
        }
    })
}
