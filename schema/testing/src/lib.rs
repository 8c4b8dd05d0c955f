//! A subgraph's function as its tests call it: HTTP in, HTTP out, AWS played by the test. Whatever goes wrong panics.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::fmt;
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use function::{Context, Function, LambdaEvent, Settings};
use serde_json::{Value, json};

/// Plays AWS: answers status and body for an operation and its input.
type Play = dyn Fn(&str, &Value) -> (u16, Value) + Send + Sync;

/// A function, with AWS as the test plays it.
#[derive(Clone)]
pub struct Aws {
    function: &'static Function,
    path: &'static str,
    settings: Settings,
    play: Arc<Play>,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
}

/// The ARN of a state machine.
pub fn machine(name: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}")
}

impl Aws {
    /// `function`, which answers at `path` and is given `settings`; AWS answers what `play` does.
    pub fn playing<const N: usize>(
        function: &'static Function,
        path: &'static str,
        settings: [(&str, String); N],
        play: impl Fn(&str, &Value) -> (u16, Value) + Send + Sync + 'static,
    ) -> Self {
        let settings = settings.into_iter().collect();
        Self { function, path, settings, play: Arc::new(play), calls: Arc::default() }
    }

    /// Every call so far: operation and input.
    pub fn calls(&self) -> Vec<(String, Value)> {
        self.calls.lock().unwrap().clone()
    }

    /// Sends a request with these headers, and answers status and body.
    pub async fn send(&self, headers: Value, body: &str) -> (u64, Value) {
        let path = self.path;
        let event = json!({
            "version": "2.0", "routeKey": format!("POST {path}"), "rawPath": path, "headers": headers, "body": body,
            "requestContext": {"http": {"method": "POST", "path": path}}, "isBase64Encoded": false,
        });
        self.invoke(event).await
    }

    /// Sends a query, and answers the response's body.
    pub async fn query(&self, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables}).to_string();
        let (status, body) = self.send(json!({"content-type": "application/json", "host": "api.example"}), &body).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Calls the function with an event of API Gateway, and answers the response's status and body.
    pub async fn invoke(&self, event: Value) -> (u64, Value) {
        let handler = (self.function.build)(&self.context()).unwrap();
        let response = handler.handle(LambdaEvent::new(event, lambda_runtime::Context::default())).await.unwrap();
        let body = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        (response["statusCode"].as_u64().unwrap(), body)
    }

    fn context(&self) -> Context {
        let credentials = Credentials::new("test", "test", None, None, "test");
        let aws = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.clone())
            .build();
        Context { aws, settings: self.settings.clone() }
    }
}

impl HttpConnector for Aws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (_, operation) = request.headers().get("x-amz-target").unwrap().split_once('.').unwrap();
        let input: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        self.calls.lock().unwrap().push((operation.to_owned(), input.clone()));
        let (status, output) = (self.play)(operation, &input);
        let response = http::Response::builder().status(status).body(SdkBody::from(output.to_string())).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}

impl HttpClient for Aws {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Aws")
    }
}
