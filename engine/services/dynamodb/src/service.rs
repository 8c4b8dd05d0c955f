//! The two APIs over the one database.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, JsonVersion, Operations, Platform, Service, ServiceError};

use crate::database::Database;
use crate::{expiry, operations, streams};

/// Amazon DynamoDB.
pub struct DynamoDb {
    database: Arc<Database>,
    streams: Arc<DynamoDbStreams>,
}

/// Amazon DynamoDB Streams, over the tables of a [`DynamoDb`].
pub struct DynamoDbStreams {
    database: Arc<Database>,
}

impl DynamoDb {
    /// Opens `dynamodb.db` in the store's data directory (a database in memory when the store is), and starts the
    /// background work that deletes expired items and old stream records.
    ///
    /// # Errors
    /// `InternalServerError` with the file and a remedy when it can't be opened or is no database.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        let database = Arc::new(Database::open(platform)?);
        platform.spawn(expiry::run(Arc::clone(&database), platform.clone()));
        let streams = Arc::new(DynamoDbStreams { database: Arc::clone(&database) });
        Ok(Arc::new(Self { database, streams }))
    }

    /// The streams of these tables: a service of its own, registered as `streams.dynamodb`.
    pub fn streams(&self) -> Arc<DynamoDbStreams> {
        Arc::clone(&self.streams)
    }
}

static API: Api = Api {
    id: "dynamodb",
    name: "DynamoDB",
    target_prefix: Some("DynamoDB_20120810"),
    json_version: JsonVersion::V1_0,
    query_version: None,
    routes: &[],
    operations: Operations { built: operations::BUILT, not_built: operations::NOT_BUILT },
};

static STREAMS_API: Api = Api {
    id: "streams.dynamodb",
    name: "DynamoDB Streams",
    target_prefix: Some("DynamoDBStreams_20120810"),
    json_version: JsonVersion::V1_0,
    query_version: None,
    routes: &[],
    operations: Operations { built: streams::BUILT, not_built: &[] },
};

/// The entry of `operation` in the API's list, or the error for one that isn't there.
fn known(api: &'static Api, operation: &str) -> Result<&'static str, ServiceError> {
    match api.operations.built.iter().find(|built| **built == operation) {
        Some(built) => Ok(built),
        None if api.operations.not_built.contains(&operation) => Err(ServiceError::not_built(api.name, operation)),
        None => Err(ServiceError::unknown_operation()),
    }
}

#[async_trait]
impl Service for DynamoDb {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        let operation = known(&API, operation)?;
        self.database.run(move |session| operations::run(session, operation, input)).await
    }
}

#[async_trait]
impl Service for DynamoDbStreams {
    fn api(&self) -> &'static Api {
        &STREAMS_API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        let operation = known(&STREAMS_API, operation)?;
        self.database.run(move |session| streams::run(session, operation, input)).await
    }
}
