//! The AWS SDK's clients against fake services, without a socket and over one.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use gateway::{AwsEndpoint, InProcess};
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use support::{Fake, platform};

fn with_services() -> Platform {
    let platform = platform();
    for service in [
        Fake::json("dynamodb", "DynamoDB_20120810", JsonVersion::V1_0, &["GetItem", "PutItem"], dynamodb),
        Fake::json("states", "AWSStepFunctions", JsonVersion::V1_0, &["DescribeExecution"], states),
        Fake::json("events", "AWSEvents", JsonVersion::V1_1, &["PutEvents"], events),
        Fake::json("sqs", "AmazonSQS", JsonVersion::V1_0, &["SendMessage", "GetQueueUrl", "ReceiveMessage"], sqs),
    ] {
        platform.services.register(service);
    }
    platform
}

fn dynamodb(operation: &str, input: Value) -> Result<Value, ServiceError> {
    match operation {
        "GetItem" => Ok(json!({ "Item": { "id": input["Key"]["id"], "data": { "B": "AQI=" } } })),
        _ => Err(ServiceError::client("ConditionalCheckFailedException", "The conditional request failed")
            .with_member("Item", json!({ "id": { "S": "7" } }))),
    }
}

fn states(_: &str, input: Value) -> Result<Value, ServiceError> {
    match input["executionArn"].as_str().unwrap() {
        "arn:gone" => Err(ServiceError::client("ExecutionDoesNotExist", "Execution Does Not Exist: 'arn:gone'")),
        arn => {
            Ok(json!({ "executionArn": arn, "stateMachineArn": "m", "status": "RUNNING", "startDate": 1763715600.5 }))
        }
    }
}

fn events(_: &str, input: Value) -> Result<Value, ServiceError> {
    let entries: Vec<_> =
        input["Entries"].as_array().unwrap().iter().map(|it| json!({ "EventId": it["Source"] })).collect();
    Ok(json!({ "FailedEntryCount": 0, "Entries": entries }))
}

fn sqs(operation: &str, input: Value) -> Result<Value, ServiceError> {
    match operation {
        "SendMessage" => Ok(json!({ "MessageId": input["MessageBody"] })),
        _ => Err(ServiceError::client("QueueDoesNotExist", "The specified queue does not exist.")),
    }
}

async fn behaves_like_aws(config: &SdkConfig) {
    let dynamodb = aws_sdk_dynamodb::Client::new(config);
    let item = dynamodb.get_item().table_name("t").key("id", AttributeValue::S("ü/1".into())).send().await.unwrap();
    assert_eq!(item.item.unwrap()["id"], AttributeValue::S("ü/1".into()));
    let refused = dynamodb.put_item().table_name("t").item("id", AttributeValue::S("7".into())).send().await;
    let refused = refused.unwrap_err().into_service_error();
    assert!(refused.is_conditional_check_failed_exception(), "{refused:?}");
    assert_eq!(refused.meta().message(), Some("The conditional request failed"));

    let states = aws_sdk_sfn::Client::new(config);
    let execution = states.describe_execution().execution_arn("arn:x").send().await.unwrap();
    assert_eq!(execution.start_date.to_millis().unwrap(), 1_763_715_600_500);
    let gone = states.describe_execution().execution_arn("arn:gone").send().await.unwrap_err().into_service_error();
    assert!(gone.is_execution_does_not_exist(), "{gone:?}");

    let entry = aws_sdk_eventbridge::types::PutEventsRequestEntry::builder().source("a").build();
    let put = aws_sdk_eventbridge::Client::new(config).put_events().entries(entry).send().await.unwrap();
    assert_eq!(put.entries()[0].event_id(), Some("a"));

    let sqs = aws_sdk_sqs::Client::new(config);
    let sent = sqs.send_message().queue_url("http://localhost/0/q").message_body("hello").send().await.unwrap();
    assert_eq!(sent.message_id(), Some("hello"));
    let missing = sqs.get_queue_url().queue_name("q").send().await.unwrap_err().into_service_error();
    assert!(missing.is_queue_does_not_exist(), "{missing:?}");
}

#[tokio::test]
async fn clients_call_services_without_a_socket() {
    let platform = with_services();
    behaves_like_aws(&InProcess::new(AwsEndpoint::new(&platform)).sdk_config(&Scope::default())).await;
}

#[tokio::test]
async fn clients_call_services_over_a_socket() {
    let platform = with_services();
    let listener = gateway::bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--aws-addr").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let served = tokio::spawn(gateway::serve(listener, AwsEndpoint::new(&platform).router(), stop.clone()));

    let config = InProcess::new(AwsEndpoint::new(&platform)).sdk_config(&Scope::default()).into_builder();
    let http = aws_smithy_http_client::Builder::new().build_http();
    behaves_like_aws(&config.endpoint_url(format!("http://{address}")).http_client(http).build()).await;

    stop.cancel();
    served.await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_flag_that_changes_it() {
    let taken = gateway::bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--aws-addr").await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = gateway::bind(address, "--aws-addr").await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("{address} is taken by another process")), "{error}");
    assert!(error.contains("`--aws-addr`"), "{error}");
}

#[tokio::test]
async fn bytes_that_are_no_http_leave_the_next_client_unharmed() {
    let platform = with_services();
    let listener = gateway::bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--aws-addr").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let served = tokio::spawn(gateway::serve(listener, AwsEndpoint::new(&platform).router(), stop.clone()));
    for (sent, status) in [
        (&b"\x16\x03\x01\x02\x00 hello"[..], "400"),
        (b"GET / HTTP/9.9\r\n\r\n", "400"),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", "400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-amz-target: AmazonSQS.GetQueueUrl\r\ncontent-length: 2\r\n\r\n{}", "400"),
        (b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "200"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer).starts_with(&format!("HTTP/1.1 {status} ")), "{sent:?}: {answer:?}");
    }
    stop.cancel();
    served.await.unwrap();
}

/// Answers when the test says so.
struct Slow {
    asked: Notify,
    answer: Notify,
}

#[async_trait]
impl Service for Slow {
    fn api(&self) -> &'static Api {
        static API: Api = Api {
            id: "slow",
            name: "Slow",
            target_prefix: Some("Slow"),
            json_version: JsonVersion::V1_0,
            query_version: None,
            routes: &[],
            operations: Operations { built: &["Wait"], not_built: &[] },
        };
        &API
    }

    async fn call(&self, _operation: &str, _input: Value) -> Result<Value, ServiceError> {
        self.asked.notify_one();
        self.answer.notified().await;
        Ok(json!({ "done": true }))
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_endpoint_stops() {
    let platform = platform();
    let slow = Arc::new(Slow { asked: Notify::new(), answer: Notify::new() });
    platform.services.register(slow.clone());
    let listener = gateway::bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--aws-addr").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let served = tokio::spawn(gateway::serve(listener, AwsEndpoint::new(&platform).router(), stop.clone()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Slow.Wait\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    slow.asked.notified().await;
    stop.cancel();
    slow.answer.notify_one();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"done":true}"#), "{answer}");
    served.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
