//! A bucket's events on their way to queues, topics and functions, against the running program.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    Event, LambdaFunctionConfiguration, NotificationConfiguration, QueueConfiguration, TopicConfiguration,
};
use serde_json::{Value, json};
use support::Sluice;

/// A function that sends each event that it gets to a queue.
const FORWARD: &str = r#"#!/usr/bin/env python3
import os, urllib.parse, urllib.request
runtime = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(runtime + "next") as invocation:
        event, id = invocation.read().decode(), invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    form = {"Action": "SendMessage", "Version": "2012-11-05", "QueueUrl": os.environ["QUEUE"], "MessageBody": event}
    urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"], urllib.parse.urlencode(form).encode()).close()
    urllib.request.urlopen(runtime + id + "/response", b"null").close()
"#;

struct Told {
    sluice: Sluice,
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    _bootstraps: tempfile::TempDir,
}

impl Told {
    /// A bucket `photos`, a queue `heard`, and the function `forward` in front of that.
    async fn new() -> Self {
        let bootstraps = tempfile::tempdir().unwrap();
        let bootstrap = bootstraps.path().join("forward/bootstrap");
        fs::create_dir(bootstrap.parent().unwrap()).unwrap();
        fs::write(&bootstrap, FORWARD).unwrap();
        fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755)).unwrap();
        let sluice = Sluice::serve(&["--ephemeral", "--functions", bootstraps.path().to_str().unwrap()]);
        let s3 = aws_sdk_s3::Client::from_conf(
            aws_sdk_s3::config::Builder::from(&sluice.sdk()).force_path_style(true).build(),
        );
        s3.create_bucket().bucket("photos").send().await.unwrap();
        let told = Self { s3, sqs: aws_sdk_sqs::Client::new(&sluice.sdk()), sluice, _bootstraps: bootstraps };
        let queue = told.queue("heard").await;
        told.sluice.aws_post(
            "/2015-03-31/functions",
            &json!({
                "FunctionName": "forward", "Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": 30,
                "Role": "arn:aws:iam::000000000000:role/any", "Code": {"SluiceBinary": "forward"},
                "Environment": {"Variables": {"QUEUE": queue}},
            }),
        );
        told
    }

    async fn queue(&self, name: &str) -> String {
        self.sqs.create_queue().queue_name(name).send().await.unwrap().queue_url().unwrap().to_owned()
    }

    async fn next(&self, queue: &str) -> Value {
        let url = self.sqs.get_queue_url().queue_name(queue).send().await.unwrap().queue_url().unwrap().to_owned();
        let asked = self.sqs.receive_message().queue_url(&url).wait_time_seconds(20).send().await.unwrap();
        let message = asked.messages().first().unwrap_or_else(|| panic!("nothing in {queue}"));
        let done = self.sqs.delete_message().queue_url(url).receipt_handle(message.receipt_handle().unwrap());
        done.send().await.unwrap();
        serde_json::from_str(message.body().unwrap()).unwrap()
    }

    /// Calls SNS through its query protocol.
    fn sns(&self, fields: &[(&str, &str)]) {
        let fields = [&[("Version", "2010-03-31")], fields].concat();
        let answer = ureq::post(&self.sluice.aws).send_form(fields).unwrap();
        assert_eq!(answer.status(), 200);
    }

    async fn put(&self, key: &str) {
        self.s3.put_object().bucket("photos").key(key).body(ByteStream::from_static(b"hello")).send().await.unwrap();
    }

    async fn notify(&self, configuration: NotificationConfiguration) {
        let put = self.s3.put_bucket_notification_configuration().bucket("photos");
        put.notification_configuration(configuration).send().await.unwrap();
    }
}

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:000000000000:{resource}")
}

/// The key that an event of S3 is about.
fn key(event: &Value) -> &str {
    let record = &event["Records"][0];
    assert_eq!((&record["eventSource"], &record["eventName"]), (&json!("aws:s3"), &json!("ObjectCreated:Put")));
    record["s3"]["object"]["key"].as_str().unwrap()
}

/// What a topic that is told by S3 hands on.
fn message(notification: &Value) -> Value {
    assert_eq!(notification["Subject"], "Amazon S3 Notification");
    serde_json::from_str(notification["Message"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_topic_hands_an_objects_event_to_every_queue_and_function() {
    let told = Told::new().await;
    told.queue("copies").await;
    let topic = arn("sns", "objects");
    told.sns(&[("Action", "CreateTopic"), ("Name", "objects")]);
    for (protocol, endpoint) in [("sqs", arn("sqs", "copies")), ("lambda", arn("lambda", "function:forward"))] {
        told.sns(&[("Action", "Subscribe"), ("TopicArn", &topic), ("Protocol", protocol), ("Endpoint", &endpoint)]);
    }
    let to_topic = TopicConfiguration::builder().topic_arn(topic).events(Event::S3ObjectCreated).build().unwrap();
    told.notify(NotificationConfiguration::builder().topic_configurations(to_topic).build()).await;
    assert_eq!(message(&told.next("copies").await)["Event"], "s3:TestEvent");
    assert_eq!(message(&told.next("heard").await["Records"][0]["Sns"])["Event"], "s3:TestEvent");

    told.put("up/a b.png").await;
    assert_eq!(key(&message(&told.next("copies").await)), "up/a+b.png");
    let heard = told.next("heard").await;
    assert_eq!(heard["Records"][0]["EventSource"], "aws:sns");
    assert_eq!(key(&message(&heard["Records"][0]["Sns"])), "up/a+b.png");
}

#[tokio::test]
async fn a_function_and_a_queue_are_told_each_of_its_own_keys() {
    let told = Told::new().await;
    told.queue("texts").await;
    let keys = |suffix: &str| {
        use aws_sdk_s3::types::{FilterRule, FilterRuleName, NotificationConfigurationFilter, S3KeyFilter};
        let rule = FilterRule::builder().name(FilterRuleName::Suffix).value(suffix).build();
        NotificationConfigurationFilter::builder().key(S3KeyFilter::builder().filter_rules(rule).build()).build()
    };
    let function = LambdaFunctionConfiguration::builder().lambda_function_arn(arn("lambda", "function:forward"));
    let function = function.events(Event::S3ObjectCreated).filter(keys(".png")).build().unwrap();
    let queue = QueueConfiguration::builder().queue_arn(arn("sqs", "texts")).events(Event::S3ObjectCreatedPut);
    let queue = queue.filter(keys(".txt")).build().unwrap();
    let both = NotificationConfiguration::builder();
    told.notify(both.lambda_function_configurations(function).queue_configurations(queue).build()).await;
    assert_eq!(told.next("texts").await["Event"], "s3:TestEvent");
    told.put("1.txt").await;
    told.put("2.png").await;
    assert_eq!(key(&told.next("heard").await), "2.png");
    assert_eq!(key(&told.next("texts").await), "1.txt");
}
