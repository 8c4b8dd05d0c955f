//! The functions with tables of their own.

use std::sync::Arc;

use clock::SystemClock;
use dynamodb::DynamoDb;
use function::{Context, Failure, Function, LambdaEvent};
use gateway::{AwsEndpoint, InProcess};
use serde_json::{Value, json};
use service::{Platform, Scope};
use store::{Location, Store};

/// A due time that tests don't live to see.
pub(crate) const DUE: &str = "2999-01-01T00:00:00.000Z";

pub(crate) struct Tables {
    platform: Platform,
    context: Context,
}

impl Tables {
    pub(crate) async fn new() -> Self {
        let tables = Self::missing();
        tables
            .call(
                "CreateTable",
                json!({
                    "TableName": "todos", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
                }),
            )
            .await;
        tables
            .call(
                "CreateTable",
                json!({
                    "TableName": "idempotency", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "key", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}],
                }),
            )
            .await;
        tables
    }

    /// A DynamoDB without tables.
    pub(crate) fn missing() -> Self {
        let store = Store::open(&Location::Memory).unwrap();
        let platform = Platform::new(store, Arc::new(SystemClock), Scope::default());
        let dynamodb = DynamoDb::open(&platform).unwrap();
        platform.services.register(dynamodb.streams());
        platform.services.register(dynamodb);
        let aws = InProcess::new(AwsEndpoint::new(&platform)).sdk_config(&platform.scope);
        let settings = [("TODOS_TABLE", "todos"), ("IDEMPOTENCY_TABLE", "idempotency")].into_iter().collect();
        Self { platform, context: Context { aws, settings } }
    }

    /// Calls an operation of DynamoDB.
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        self.platform.services.call("dynamodb", operation, input).await.unwrap()
    }

    /// Calls an operation of DynamoDB Streams.
    pub(crate) async fn call_streams(&self, operation: &str, input: Value) -> Value {
        self.platform.services.call("streams.dynamodb", operation, input).await.unwrap()
    }

    /// Invokes a function as a state machine would.
    pub(crate) async fn invoke(&self, function: Function, payload: Value) -> Result<Value, Failure> {
        let handler = (function.build)(&self.context).unwrap();
        handler.handle(LambdaEvent::new(payload, lambda_runtime::Context::default())).await
    }

    /// Invokes a function that fails, and answers the name of its error.
    pub(crate) async fn refusal(&self, function: Function, payload: Value) -> String {
        self.invoke(function, payload).await.unwrap_err().error_type.into_owned()
    }

    /// A new todo that is due some time.
    pub(crate) async fn todo(&self) -> Value {
        static KEYS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let key = KEYS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let input = json!({"idempotencyKey": format!("todo {key}"), "title": "a", "notes": "n", "dueAt": DUE});
        self.invoke(todo::CREATE, input).await.unwrap()
    }

    /// Everything in a table.
    pub(crate) async fn items(&self, table: &str) -> Vec<Value> {
        let scanned = self.call("Scan", json!({"TableName": table, "ConsistentRead": true})).await;
        scanned["Items"].as_array().unwrap().clone()
    }
}
