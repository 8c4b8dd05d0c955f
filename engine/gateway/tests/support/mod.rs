//! A platform in memory, and a service whose answers a test writes down.

use std::sync::Arc;

use async_trait::async_trait;
use clock::SystemClock;
use serde_json::Value;
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use store::{Location, Store};

/// A platform in memory.
pub fn platform() -> Platform {
    Platform::new(Store::open(&Location::Memory).unwrap(), Arc::new(SystemClock), Scope::default())
}

/// A service whose answers a test writes down.
pub struct Fake {
    api: &'static Api,
    answer: fn(&str, Value) -> Result<Value, ServiceError>,
}

impl Fake {
    /// An awsJson API.
    #[allow(dead_code)]
    pub fn json(
        id: &'static str,
        prefix: &'static str,
        json_version: JsonVersion,
        built: &'static [&'static str],
        answer: fn(&str, Value) -> Result<Value, ServiceError>,
    ) -> Arc<dyn Service> {
        let operations = Operations { built, not_built: &["TestState"] };
        let query_version = (id == "sqs").then_some("2012-11-05");
        let api =
            Api { id, name: id, target_prefix: Some(prefix), json_version, query_version, routes: &[], operations };
        Self::with(api, answer)
    }

    /// Lambda, for those who invoke functions.
    #[allow(dead_code)]
    pub fn lambda(answer: fn(&str, Value) -> Result<Value, ServiceError>) -> Arc<dyn Service> {
        let api = Api {
            id: "lambda",
            name: "Lambda",
            target_prefix: None,
            json_version: JsonVersion::V1_1,
            query_version: None,
            routes: &[],
            operations: Operations { built: &["Invoke"], not_built: &[] },
        };
        Self::with(api, answer)
    }

    /// Any API.
    pub fn with(api: Api, answer: fn(&str, Value) -> Result<Value, ServiceError>) -> Arc<dyn Service> {
        Arc::new(Self { api: Box::leak(Box::new(api)), answer })
    }
}

#[async_trait]
impl Service for Fake {
    fn api(&self) -> &'static Api {
        self.api
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        (self.answer)(operation, input)
    }
}
