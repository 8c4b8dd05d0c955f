//! A Lambda service in memory, with linked functions and processes.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use clock::{Clock, SystemClock};
use function::{BuildError, Context, Failure, Function, Handler, LambdaEvent};
use lambda::{Lambda, Setup};
use serde_json::{Value, json};
use service::{Platform, Scope};
use store::{Location, Store};

/// Answers by what its event says.
struct Mirror(String);

#[async_trait]
impl Handler for Mirror {
    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failure> {
        match event.payload["do"].as_str() {
            Some("fail") => Err(Failure::new("Todo.NotFound", "no todo 7")),
            Some("panic") => panic!("on purpose"),
            Some("tell") => {
                tracing::info!(todo = 7, "telling");
                Ok(Value::Null)
            }
            Some("hang") => std::future::pending().await,
            Some("grow") => Ok("x".repeat(6_300_000).into()),
            _ => Ok(json!({ "event": event.payload, "table": self.0, "arn": event.context.invoked_function_arn })),
        }
    }
}

fn build(context: &Context) -> Result<Box<dyn Handler>, BuildError> {
    Ok(Box::new(Mirror(context.settings.require("TODOS_TABLE")?)))
}

/// A function that answers by what its event says.
pub const MIRROR: Function = Function { name: "mirror", build };

/// A service whose process functions are found in `bootstraps`.
pub fn open(platform: &Platform, bootstraps: Option<&Path>) -> Arc<Lambda> {
    let setup = Setup {
        linked: vec![MIRROR],
        aws: SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .build(),
        bootstraps: bootstraps.map(Path::to_owned),
        endpoint_url: "http://127.0.0.1:4566".to_owned(),
        url_host: "lambda-url.us-east-1.localhost:8080".to_owned(),
    };
    let lambda = Lambda::open(platform, setup).unwrap();
    platform.services.register(lambda.clone());
    lambda
}

/// A platform in memory on this clock.
pub fn platform_on(clock: impl Clock) -> Platform {
    Platform::new(Store::open(&Location::Memory).unwrap(), Arc::new(clock), Scope::default())
}

/// A platform in memory.
#[allow(dead_code)]
pub fn platform() -> Platform {
    platform_on(SystemClock)
}

/// The input of `CreateFunction` for a function of this code.
pub fn function(name: &str, code: Value) -> Value {
    json!({
        "FunctionName": name,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Role": "arn:aws:iam::000000000000:role/x",
        "Timeout": 1,
        "Environment": { "Variables": { "TODOS_TABLE": "todos" } },
        "Code": code,
    })
}

/// Invokes a function with a payload.
#[allow(dead_code)]
pub async fn invoke(platform: &Platform, name: &str, payload: Value) -> Value {
    platform.services.call("lambda", "Invoke", json!({ "FunctionName": name, "Payload": payload })).await.unwrap()
}

/// What a function that failed answers, without its request id.
#[allow(dead_code)]
pub fn error_of(answer: &Value) -> (String, String) {
    assert_eq!(answer["FunctionError"], "Unhandled", "{answer}");
    assert_eq!(answer["StatusCode"], 200, "{answer}");
    let text = |member: &str| answer["Payload"][member].as_str().unwrap().to_owned();
    let message = text("errorMessage");
    let message = match message.strip_prefix("RequestId: ") {
        Some(rest) => rest.split_once(' ').unwrap().1.to_owned(),
        None => message,
    };
    (text("errorType"), message)
}
