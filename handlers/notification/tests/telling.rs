//! The functions against DynamoDB, SES and SNS, through the SDK.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use clock::SystemClock;
use dynamodb::DynamoDb;
use function::{Context, Failure, Function, LambdaEvent};
use futures::future::join_all;
use gateway::{AwsEndpoint, InProcess};
use secretsmanager::SecretsManager;
use serde_json::{Value, json};
use service::{Platform, Scope};
use ses::{Letter, Ses};
use sns::Sns;
use store::{Location, Store};

struct Stack {
    platform: Platform,
    context: Context,
    ses: Arc<Ses>,
    sns: Arc<Sns>,
}

const TEMPLATES: [&str; 3] = ["todo-reminder-due", "upload-ready", "upload-rejected"];

impl Stack {
    async fn new() -> Self {
        let store = Store::open(&Location::Memory).unwrap();
        let platform = Platform::new(store, Arc::new(SystemClock), Scope::default());
        let ses = Ses::open(&platform).unwrap();
        let sns = Sns::open(&platform, "http://127.0.0.1:4566").unwrap();
        platform.services.register(DynamoDb::open(&platform).unwrap());
        platform.services.register(SecretsManager::open(&platform).unwrap());
        platform.services.register(ses.clone());
        platform.services.register(sns.clone());
        let aws = InProcess::new(AwsEndpoint::new(&platform)).sdk_config(&platform.scope);
        let settings = [
            ("NOTIFICATIONS_TABLE", "notifications"),
            ("PREFERENCES_TABLE", "preferences"),
            ("PUSH_SECRET", "push"),
            ("PUSH_APPLICATION", "sluicegate"),
            ("PUSH_APPLICATIONS_ARN", "arn:aws:sns:us-east-1:000000000000:app"),
            ("SENDER_ADDRESS", "no-reply@example.com"),
            ("FALLBACK_RECIPIENT", "success@simulator.amazonses.com"),
            ("REMINDER_DUE_TEMPLATE", TEMPLATES[0]),
            ("UPLOAD_READY_TEMPLATE", TEMPLATES[1]),
            ("UPLOAD_REJECTED_TEMPLATE", TEMPLATES[2]),
        ];
        let stack = Self { platform, context: Context { aws, settings: settings.into_iter().collect() }, ses, sns };
        stack.table("notifications", &["key"]).await;
        stack.table("preferences", &["owner", "channel"]).await;
        stack.call("ses", "CreateEmailIdentity", json!({"EmailIdentity": "example.com"})).await;
        for name in TEMPLATES {
            let part = |file: &str| {
                let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name);
                std::fs::read_to_string(folder.join(file)).unwrap()
            };
            let content =
                json!({"Subject": part("subject.txt").trim(), "Text": part("text.txt"), "Html": part("body.html")});
            stack.call("ses", "CreateEmailTemplate", json!({"TemplateName": name, "TemplateContent": content})).await;
        }
        stack
    }

    async fn table(&self, name: &str, keys: &[&str]) {
        let attribute = |key: &&str| json!({"AttributeName": key, "AttributeType": "S"});
        let kinds = ["HASH", "RANGE"];
        let schema: Value =
            keys.iter().zip(kinds).map(|(key, kind)| json!({"AttributeName": key, "KeyType": kind})).collect();
        let definitions: Value = keys.iter().map(attribute).collect();
        let table = json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions,
            "KeySchema": schema,
        });
        self.call("dynamodb", "CreateTable", table).await;
    }

    async fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        self.platform.services.call(service, operation, input).await.unwrap()
    }

    async fn invoke(&self, function: &Function, event: Value) -> Result<Value, Failure> {
        let handler = (function.build)(&self.context).unwrap();
        handler.handle(LambdaEvent::new(event, lambda_runtime::Context::default())).await
    }

    /// Delivers messages as one batch; the numbers of those that failed.
    async fn deliver(&self, bodies: &[String]) -> Vec<usize> {
        let records: Value =
            bodies.iter().enumerate().map(|(n, body)| json!({"messageId": n.to_string(), "body": body})).collect();
        let answer = self.invoke(&notification::SEND, json!({ "Records": records })).await.unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    async fn letters(&self) -> Vec<Letter> {
        self.ses.mailbox().letters(100, None).await.unwrap()
    }

    async fn rows(&self) -> Vec<Value> {
        let scanned = self.call("dynamodb", "Scan", json!({"TableName": "notifications"})).await;
        scanned["Items"].as_array().unwrap().clone()
    }
}

fn now() -> String {
    use clock::Clock;
    SystemClock.now().to_rfc3339_millis()
}

/// A published example with another id and owner, that happened just now.
fn event(path: &str, id: &str, owner: &str) -> Value {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/examples").join(path);
    let mut event: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let detail = &mut event["detail"];
    detail["eventId"] = json!(id);
    detail["occurredAt"] = json!(now());
    for pointer in ["/owner", "/todo/owner", "/media/owner"] {
        if let Some(value) = detail.pointer_mut(pointer) {
            *value = json!(owner);
        }
    }
    event
}

fn reminder(id: &str) -> String {
    event("todo.reminder_due/due.json", id, "ann").to_string()
}

#[tokio::test]
async fn each_kind_of_event_is_told_by_mail_in_its_own_words() {
    let stack = Stack::new().await;
    let mut rejected = event("media.rejected/truncated.json", "3", "ann");
    rejected["detail"]["media"]["fileName"] = json!("<lake>.jpg");
    let batch = [reminder("1"), event("media.processed/image.json", "2", "ann").to_string(), rejected.to_string()];
    assert_eq!(stack.deliver(&batch).await, [] as [usize; 0]);
    let mut letters = stack.letters().await;
    letters.sort_by(|one, other| one.subject.cmp(&other.subject));
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, ["<lake>.jpg was not accepted", "Due now: Water the plants", "lake.jpg is ready"]);
    assert!(letters.iter().all(|letter| letter.rendering_failure.is_none()), "{letters:#?}");
    assert!(letters.iter().all(|letter| letter.to == ["success@simulator.amazonses.com"]));
    let (_, mime) = stack.ses.mailbox().letter(&letters[0].message_id).await.unwrap().unwrap();
    assert!(ses::LetterContent::parse(&mime).html.unwrap().contains("&lt;lake&gt;.jpg"));
}

#[tokio::test]
async fn duplicates_replays_and_deliveries_at_the_same_time_are_told_once() {
    let stack = Stack::new().await;
    let mut replayed = event("todo.reminder_due/due.json", "1", "ann");
    replayed["replay-name"] = json!("again");
    replayed["id"] = json!("another");
    assert_eq!(stack.deliver(&[reminder("1")]).await, [] as [usize; 0]);
    assert_eq!(stack.deliver(&[reminder("1"), replayed.to_string()]).await, [] as [usize; 0]);
    assert_eq!(stack.letters().await.len(), 1);
    let row = stack.rows().await.remove(0);
    assert_eq!((&row["state"]["S"], &row["key"]["S"]), (&json!("SENT"), &json!("1#email")));
    assert_eq!(row["messageId"]["S"], json!(stack.letters().await[0].message_id));

    // Those that come while another has the claim fail, and find it told when they come again.
    let same = [reminder("2")];
    join_all((0..8).map(|_| stack.deliver(&same))).await;
    assert_eq!(stack.deliver(&same).await, [] as [usize; 0]);
    assert_eq!(stack.letters().await.len(), 2);
}

#[tokio::test]
async fn one_bad_message_in_ten_is_the_only_one_that_fails() {
    let stack = Stack::new().await;
    let mut batch: Vec<String> = (0..10).map(|number| reminder(&number.to_string())).collect();
    batch[3] = "{".to_owned();
    assert_eq!(stack.deliver(&batch).await, [3]);
    assert_eq!(stack.letters().await.len(), 9);
    batch[3] = json!({"detail-type": "todo.created"}).to_string();
    assert_eq!(stack.deliver(&batch).await, [3]);
    assert_eq!(stack.letters().await.len(), 9);
}

#[tokio::test]
async fn what_was_refused_is_told_once_it_is_accepted() {
    let stack = Stack::new().await;
    stack.call("ses", "PutAccountSendingAttributes", json!({"SendingEnabled": false})).await;
    assert_eq!(stack.deliver(&[reminder("1")]).await, [0]);
    assert_eq!(stack.rows().await, [] as [Value; 0]);
    stack.call("ses", "PutAccountSendingAttributes", json!({"SendingEnabled": true})).await;
    assert_eq!(stack.deliver(&[reminder("1")]).await, [] as [usize; 0]);
    assert_eq!(stack.letters().await.len(), 1);
}

#[tokio::test]
async fn a_claim_of_a_sender_that_died_holds_until_it_runs_out() {
    let stack = Stack::new().await;
    let claimed = |until: i64| {
        json!({"TableName": "notifications", "Item": {
            "key": {"S": "1#email"}, "state": {"S": "CLAIMED"}, "claim": {"S": "dead"},
            "claimedUntil": {"N": until.to_string()},
        }})
    };
    stack.call("dynamodb", "PutItem", claimed(i64::MAX)).await;
    assert_eq!(stack.deliver(&[reminder("1")]).await, [0]);
    assert_eq!(stack.letters().await.len(), 0);
    stack.call("dynamodb", "PutItem", claimed(1)).await;
    assert_eq!(stack.deliver(&[reminder("1")]).await, [] as [usize; 0]);
    assert_eq!(stack.letters().await.len(), 1);
}

#[tokio::test]
async fn what_happened_too_long_ago_is_not_told() {
    let stack = Stack::new().await;
    let mut old = event("todo.reminder_due/due.json", "1", "ann");
    old["detail"]["occurredAt"] = json!("2020-01-01T00:00:00.000Z");
    assert_eq!(stack.deliver(&[old.to_string()]).await, [] as [usize; 0]);
    assert_eq!((stack.letters().await.len(), stack.rows().await.len()), (0, 0));
}

#[tokio::test]
async fn owners_are_told_as_they_want() {
    let stack = Stack::new().await;
    let set = |input: Value| stack.invoke(&notification::PREFERENCES, input);
    let answer = set(json!({"owner": "ann", "channel": "email", "address": "ann@example.org"})).await.unwrap();
    assert_eq!(answer, json!({"enabled": true, "address": "ann@example.org"}));
    set(json!({"owner": "bob", "channel": "email", "enabled": false})).await.unwrap();
    let of = |id: &str, owner: &str| event("todo.reminder_due/due.json", id, owner).to_string();
    stack.deliver(&[of("1", "ann"), of("2", "bob")]).await;
    let letters = stack.letters().await;
    assert_eq!((letters.len(), &letters[0].to), (1, &vec!["ann@example.org".to_owned()]));
    let refused = set(json!({"owner": "ann", "channel": "push", "address": "ann@example.org"})).await.unwrap_err();
    assert_eq!(refused.error_type, "Notification.InvalidPreference");
}

#[tokio::test]
async fn a_device_is_pushed_to_once_and_a_disabled_one_is_passed_over() {
    let stack = Stack::new().await;
    let application = json!({"Name": "todos", "Platform": "GCM", "Attributes": {"PlatformCredential": "secret"}});
    let application = stack.call("sns", "CreatePlatformApplication", application).await;
    let device = json!({"PlatformApplicationArn": application["PlatformApplicationArn"], "Token": "t"});
    let device = stack.call("sns", "CreatePlatformEndpoint", device).await["EndpointArn"].clone();
    let preference = json!({"owner": "ann", "channel": "push", "address": device});
    stack.invoke(&notification::PREFERENCES, preference).await.unwrap();
    for _ in 0..2 {
        assert_eq!(stack.deliver(&[reminder("1")]).await, [] as [usize; 0]);
    }
    let pushes = stack.sns.pushes().latest(10).await.unwrap();
    assert_eq!(pushes.len(), 1);
    assert_eq!(pushes[0].payload["notification"]["title"], "Due now: Water the plants");
    assert_eq!(stack.letters().await.len(), 1);

    let off = json!({"EndpointArn": device, "Attributes": {"Enabled": "false"}});
    stack.call("sns", "SetEndpointAttributes", off).await;
    assert_eq!(stack.deliver(&[reminder("2")]).await, [] as [usize; 0]);
    let skipped = stack.rows().await.into_iter().find(|row| row["key"]["S"] == "2#push").unwrap();
    assert_eq!(skipped["state"]["S"], "SKIPPED");
    assert_eq!(stack.letters().await.len(), 2);
}

#[tokio::test]
async fn a_device_is_registered_once_and_enabled_again_when_it_comes_back() {
    let stack = Stack::new().await;
    let register = |platform: &str| {
        stack.invoke(&notification::REGISTER_DEVICE, json!({"owner": "ann", "platform": platform, "token": "device"}))
    };
    let secret = json!({"GCM": {"PlatformCredential": "key"}}).to_string();
    stack.call("secretsmanager", "CreateSecret", json!({"Name": "push", "SecretString": secret})).await;
    let first = register("GCM").await.unwrap();
    let endpoint = first["address"].clone();
    assert!(endpoint.as_str().unwrap().contains(":endpoint/GCM/sluicegate/"), "{first}");
    let disable = json!({"EndpointArn": endpoint, "Attributes": {"Enabled": "false"}});
    stack.call("sns", "SetEndpointAttributes", disable).await;
    assert_eq!(register("GCM").await.unwrap(), first);
    stack.deliver(&[reminder("1")]).await;
    assert_eq!(stack.sns.pushes().latest(10).await.unwrap().len(), 1);

    let refused = register("APNS").await.unwrap_err();
    assert_eq!(refused.error_type, "Notification.UnknownPlatform");
    assert!(!refused.message.contains("key"), "{refused}");
}
