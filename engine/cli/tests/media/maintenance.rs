//! What runs beside the uploads: giving up those that never come, and erasing a person.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};

use crate::client::{File, create, ids_of, media, ready, send_part, upload, with};
use crate::support::{Sluice, eventually};

/// The objects of both buckets.
pub(crate) struct Objects(aws_sdk_s3::Client);

impl Objects {
    pub(crate) fn of(sluice: &Sluice) -> Self {
        let config = aws_sdk_s3::config::Builder::from(&sluice.sdk()).force_path_style(true);
        Self(aws_sdk_s3::Client::from_conf(config.build()))
    }

    async fn buckets(&self) -> Vec<String> {
        let listed = self.0.list_buckets().send().await.unwrap();
        listed.buckets().iter().map(|bucket| bucket.name().unwrap().to_owned()).collect()
    }

    /// The keys that begin so.
    pub(crate) async fn below(&self, prefix: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for bucket in self.buckets().await {
            let page = self.0.list_objects_v2().bucket(bucket).prefix(prefix).send().await.unwrap();
            keys.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
        }
        keys
    }

    /// How many uploads in parts are open.
    async fn open_uploads(&self) -> usize {
        let mut open = 0;
        for bucket in self.buckets().await {
            open += self.0.list_multipart_uploads().bucket(bucket).send().await.unwrap().uploads().len();
        }
        open
    }
}

/// Runs a machine to its end and gives its output.
async fn run(sluice: &Sluice, machine: &str, input: Value) -> Value {
    let states = aws_sdk_sfn::Client::new(&sluice.sdk());
    let arn = format!("arn:aws:states:us-east-1:000000000000:stateMachine:{machine}");
    let started = states.start_execution().state_machine_arn(arn).input(input.to_string()).send().await.unwrap();
    let ended = eventually(&format!("{machine} ends"), || async {
        let execution = states.describe_execution().execution_arn(started.execution_arn()).send().await.unwrap();
        (execution.status() != &ExecutionStatus::Running).then_some(execution)
    })
    .await;
    assert_eq!(ended.status(), &ExecutionStatus::Succeeded, "{:?}", ended.cause());
    serde_json::from_str(ended.output().unwrap()).unwrap()
}

/// How many entries the object index has for an owner.
async fn indexed(sluice: &Sluice, owner: &str) -> usize {
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let query = table.query().table_name("objects").index_name("byOwner").key_condition_expression("#owner = :owner");
    let query = query.expression_attribute_names("#owner", "owner");
    let found = query.expression_attribute_values(":owner", AttributeValue::S(owner.to_owned())).send().await.unwrap();
    found.items().len()
}

#[tokio::test]
async fn an_erased_person_leaves_nothing_but_the_event_that_says_so() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let hers = [upload(&sluice, &file, json!({"owner": "ada"})), upload(&sluice, &file, json!({"owner": "ada"}))];
    let another = upload(&sluice, &file, json!({"owner": "grace"}));
    create(&sluice, with(file.announced(), json!({"owner": "ada"})));
    for id in hers.iter().chain([&another]) {
        ready(&sluice, id).await;
    }
    // The upload and eight variants each.
    eventually("every object is indexed", || async { (indexed(&sluice, "ada").await == 18).then_some(()) }).await;

    let erased = run(&sluice, "erase-subject", json!({"subject": "ada"})).await;
    assert_eq!((&erased["subject"], &erased["media"], &erased["objects"]), (&json!("ada"), &json!(3), &json!(18)));
    assert_eq!(ids_of(&sluice, "ada"), [""; 0]);
    assert_eq!(indexed(&sluice, "ada").await, 0);
    let objects = Objects::of(&sluice);
    for id in &hers {
        assert_eq!(media(&sluice, id), Value::Null);
        let left = [objects.below(&format!("uploads/{id}/")).await, objects.below(&format!("media/{id}/")).await];
        assert_eq!(left.concat(), [""; 0]);
    }
    assert_eq!(media(&sluice, &another)["status"], "READY");
    assert_eq!(indexed(&sluice, "grace").await, 9);

    let event = replayed(&sluice, "subject.erased").await;
    assert_eq!((&event["source"], &event["detail"]), (&json!("sluicegate.media"), &erased));
}

/// The event of that type that the archive gives back.
async fn replayed(sluice: &Sluice, detail_type: &str) -> Value {
    let (events, queues) = (aws_sdk_eventbridge::Client::new(&sluice.sdk()), aws_sdk_sqs::Client::new(&sluice.sdk()));
    let url = queues.create_queue().queue_name("replayed").send().await.unwrap().queue_url.unwrap();
    let pattern = json!({"detail-type": [detail_type], "replay-name": [{"exists": true}]}).to_string();
    let rule = events.put_rule().name("replayed").event_bus_name("sluicegate").event_pattern(pattern);
    rule.send().await.unwrap();
    let arn = "arn:aws:sqs:us-east-1:000000000000:replayed";
    let target = aws_sdk_eventbridge::types::Target::builder().id("queue").arn(arn).build().unwrap();
    events.put_targets().rule("replayed").event_bus_name("sluicegate").targets(target).send().await.unwrap();
    eventually("the archive has it", || async {
        let replay = sluice.json(&[
            "replay",
            "start",
            "--archive",
            "sluicegate",
            "--from",
            "1h",
            "--rule",
            "replayed",
            "--wait",
        ]);
        assert_eq!(replay[0]["state"], "COMPLETED", "{replay}");
        let received = queues.receive_message().queue_url(&url).wait_time_seconds(1).send().await.unwrap();
        received.messages().first().map(|message| serde_json::from_str(message.body().unwrap()).unwrap())
    })
    .await
}

#[tokio::test]
async fn an_upload_that_never_came_is_given_up() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::bitmap(2400, 2400);
    let overdue = create(&sluice, file.announced());
    send_part(&overdue["upload"]["multipart"]["parts"][0], &file);
    let waiting = create(&sluice, File::photo().announced())["media"]["id"].take();
    let id = overdue["media"]["id"].as_str().unwrap();
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let yesterday = table.update_item().table_name("media").key("id", AttributeValue::S(id.to_owned()));
    let yesterday = yesterday.update_expression("SET uploadExpiresAt = :then");
    let then = AttributeValue::S("2026-01-01T00:00:00.000Z".to_owned());
    yesterday.expression_attribute_values(":then", then).send().await.unwrap();
    let objects = Objects::of(&sluice);
    assert_eq!(objects.open_uploads().await, 1);

    assert_eq!(run(&sluice, "clean-uploads", json!({})).await["cleaned"], 1);
    let canceled = media(&sluice, id);
    assert_eq!(canceled["status"], "CANCELED");
    assert_eq!(canceled["rejection"]["code"], "Media.UploadExpired");
    assert_eq!(objects.open_uploads().await, 0);
    assert_eq!(media(&sluice, waiting.as_str().unwrap())["status"], "PENDING");
}
