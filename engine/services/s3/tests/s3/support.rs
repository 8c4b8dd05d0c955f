//! An engine with S3 and whom it tells, and clients of it.

use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use clock::{Clock, SystemClock, Timestamp, VirtualClock};
use eventbridge::EventBridge;
use gateway::{AwsEndpoint, InProcess};
use http::{Request, Response};
use http_body_util::BodyExt;
use s3::S3;
use s3s::Body;
use serde_json::{Value, json};
use service::{Platform, Scope};
use sqs::Sqs;
use store::{Location, Store};

/// Where the engine says that it listens.
pub(crate) const ADDRESS: &str = "http://127.0.0.1:4566";

pub(crate) struct Engine {
    pub(crate) platform: Platform,
    pub(crate) s3: Arc<S3>,
    pub(crate) client: Client,
}

impl Engine {
    /// In memory, with a bucket `photos`.
    pub(crate) async fn new() -> Self {
        let engine = Self::at(&Location::Memory, Arc::new(SystemClock));
        engine.client.create_bucket().bucket("photos").send().await.unwrap();
        engine
    }

    /// The same on a clock that stands at the start of 2030.
    pub(crate) async fn in_2030() -> (Self, VirtualClock) {
        let clock = VirtualClock::starting_at(Timestamp::parse_rfc3339("2030-01-01T12:00:00Z").unwrap());
        let engine = Self::at(&Location::Memory, Arc::new(clock.clone()));
        engine.client.create_bucket().bucket("photos").send().await.unwrap();
        (engine, clock)
    }

    pub(crate) fn at(location: &Location, clock: Arc<dyn Clock>) -> Self {
        let platform = Platform::new(Store::open(location).unwrap(), clock, Scope::default());
        let endpoint = AwsEndpoint::new(&platform);
        let s3 = S3::open(&platform).unwrap();
        let eventbridge = EventBridge::open(&platform).unwrap();
        platform.services.register(s3.clone());
        platform.services.register(eventbridge.clone());
        platform.services.register(Sqs::open(&platform, ADDRESS).unwrap());
        let answering = s3.clone();
        endpoint.mount("s3", move |request| {
            let s3 = answering.clone();
            async move { s3.answer(request).await }
        });
        s3.start();
        eventbridge.start();
        let config = InProcess::new(endpoint).listening_at(ADDRESS).sdk_config(&platform.scope);
        Self { client: Client::new(&config), platform, s3 }
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, service::ServiceError> {
        self.platform.services.call("s3", operation, input).await
    }

    pub(crate) async fn put(&self, key: &str, body: &'static [u8]) {
        let body = ByteStream::from_static(body);
        self.client.put_object().bucket("photos").key(key).body(body).send().await.unwrap();
    }

    pub(crate) async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let got = self.client.get_object().bucket("photos").key(key).send().await.ok()?;
        Some(got.body.collect().await.unwrap().to_vec())
    }

    /// Sends a request as it is; status and text of the answer.
    pub(crate) async fn send(&self, request: Request<Vec<u8>>) -> (u16, String) {
        let response = self.respond(request).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    pub(crate) async fn respond(&self, request: Request<Vec<u8>>) -> Response<Body> {
        let (mut head, body) = request.into_parts();
        // The host and the length that an HTTP client would send.
        if let Some(host) = head.uri.authority().filter(|_| !head.headers.contains_key("host")) {
            head.headers.insert("host", host.as_str().parse().unwrap());
        }
        if !body.is_empty() && !head.headers.contains_key("content-length") {
            head.headers.insert("content-length", body.len().into());
        }
        self.s3.answer(Request::from_parts(head, http_body_util::Full::new(bytes::Bytes::from(body)))).await
    }

    pub(crate) async fn make_queue(&self, name: &str) -> String {
        self.platform.services.call("sqs", "CreateQueue", json!({"QueueName": name})).await.unwrap();
        format!("arn:aws:sqs:us-east-1:000000000000:{name}")
    }

    /// The next message of a queue, as JSON.
    pub(crate) async fn next(&self, queue: &str) -> Value {
        let url = format!("{ADDRESS}/000000000000/{queue}");
        let services = &self.platform.services;
        let ask = json!({"QueueUrl": url, "MaxNumberOfMessages": 1, "WaitTimeSeconds": 10});
        let answer = services.call("sqs", "ReceiveMessage", ask).await.unwrap();
        let message = &answer["Messages"][0];
        let done = json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]});
        services.call("sqs", "DeleteMessage", done).await.unwrap();
        serde_json::from_str(message["Body"].as_str().expect("a message")).unwrap()
    }
}

/// The code of an error that the service answered.
pub(crate) fn code<T: std::fmt::Debug, E>(result: Result<T, SdkError<E>>) -> String
where
    SdkError<E>: ProvideErrorMetadata,
{
    result.expect_err("an error").code().unwrap_or_default().to_owned()
}
