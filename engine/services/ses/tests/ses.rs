//! SES through its operations, and what ends up in the mailbox.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use clock::{Timestamp, VirtualClock};
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use ses::{Letter, LetterContent, Mailbox, Ses};
use store::{Location, Store};

struct Engine {
    ses: Arc<Ses>,
    mailbox: Mailbox,
}

impl Engine {
    async fn new() -> Self {
        Self::at(&Location::Memory).await
    }

    async fn at(location: &Location) -> Self {
        let clock = Arc::new(VirtualClock::starting_at(Timestamp::from_millis(1_800_000_000_000)));
        let platform = Platform::new(Store::open(location).unwrap(), clock, Scope::default());
        let ses = Ses::open(&platform).unwrap();
        let mailbox = ses.mailbox();
        Self { ses, mailbox }
    }

    async fn call(&self, operation: &str, input: Value) -> Value {
        self.ses.call(operation, input).await.unwrap_or_else(|failure| panic!("{operation}: {failure}"))
    }

    async fn refusal(&self, operation: &str, input: Value) -> ServiceError {
        self.ses.call(operation, input).await.expect_err(operation)
    }

    async fn identity(&self, name: &str) {
        self.call("CreateEmailIdentity", json!({ "EmailIdentity": name })).await;
    }

    async fn only_letter(&self) -> (Letter, Vec<u8>) {
        let letters = self.mailbox.letters(10, None).await.unwrap();
        assert_eq!(letters.len(), 1, "{letters:#?}");
        self.mailbox.letter(&letters[0].message_id).await.unwrap().unwrap()
    }
}

fn simple(from: &str, to: &str) -> Value {
    json!({
        "FromEmailAddress": from,
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "text"}}}},
    })
}

/// The MIME as text, with the message's id, which is random, in words.
fn golden(letter: &Letter, mime: &[u8]) -> String {
    String::from_utf8(mime.to_vec()).unwrap().replace(&letter.message_id, "MESSAGE-ID").replace("\r\n", "\n")
}

#[tokio::test]
async fn a_simple_message_is_mime_with_its_parts_headers_and_files() {
    let engine = Engine::new().await;
    engine.identity("example.com").await;
    let input = json!({
        "FromEmailAddress": "Sluicegate <no-reply@mail.example.com>",
        "ReplyToAddresses": ["help@example.com"],
        "Destination": {
            "ToAddresses": ["Zoë <zoe@example.org>"], "CcAddresses": ["copy@example.org"], "BccAddresses": ["blind@example.org"],
        },
        "Content": {"Simple": {
            "Subject": {"Data": "Grüße: the plants need water"},
            "Body": {"Text": {"Data": "Water the plants — today."}, "Html": {"Data": "<p>Water <b>the plants</b> <img src=\"cid:leaf\"></p>"}},
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/unsubscribe>"}],
            "Attachments": [
                {"FileName": "leaf.png", "RawContent": "iVBORw0KGgo=", "ContentDisposition": "INLINE", "ContentId": "leaf"},
                {"FileName": "plan.csv", "RawContent": "cGxhbnQsd2F0ZXIKZmVybiwx", "ContentDescription": "what needs how much"},
            ],
        }},
        "EmailTags": [{"Name": "kind", "Value": "reminder"}],
    });
    let id = engine.call("SendEmail", input).await["MessageId"].clone();
    let (letter, mime) = engine.only_letter().await;
    assert_eq!(
        (&letter.message_id, &letter.sent_at),
        (&id.as_str().unwrap().to_owned(), &"2027-01-15T08:00:00.000Z".to_owned())
    );
    assert_eq!(
        (letter.bcc.clone(), letter.tags.clone()),
        (vec!["blind@example.org".to_owned()], vec![("kind".to_owned(), "reminder".to_owned())])
    );
    insta::assert_snapshot!(golden(&letter, &mime));
    let content = LetterContent::parse(&mime);
    assert_eq!(content.text.as_deref(), Some("Water the plants — today."));
    assert!(content.html.unwrap().contains("cid:leaf"));
    let files: Vec<_> =
        content.attachments.iter().map(|file| (file.name.as_str(), file.content_type.as_str(), file.size)).collect();
    assert_eq!(files, [("leaf.png", "image/png", 8), ("plan.csv", "text/csv", 18)]);
    assert_eq!(content.attachments[0].content_id.as_deref(), Some("leaf"));
}

#[tokio::test]
async fn a_template_is_filled_in_for_each_message() {
    let engine = Engine::new().await;
    engine.identity("no-reply@example.com").await;
    let content = json!({"Subject": "Due: {{title}}", "Text": "{{title}} is due{{#if when}} at {{when}}{{/if}}.", "Html": "<p>{{title}}</p>"});
    engine.call("CreateEmailTemplate", json!({"TemplateName": "due", "TemplateContent": content})).await;
    let rendered = engine
        .call(
            "TestRenderEmailTemplate",
            json!({"TemplateName": "due", "TemplateData": "{\"title\": \"milk\", \"when\": \"noon\"}"}),
        )
        .await;
    assert!(rendered["RenderedTemplate"].as_str().unwrap().contains("milk is due at noon."), "{rendered}");
    let lacking = engine.refusal("TestRenderEmailTemplate", json!({"TemplateName": "due", "TemplateData": "{}"})).await;
    assert_eq!(lacking.message, "Attribute 'title' is not present in the rendering data.");

    let input = json!({
        "FromEmailAddress": "no-reply@example.com", "Destination": {"ToAddresses": ["ann@example.org"]},
        "Content": {"Template": {"TemplateName": "due", "TemplateData": "{\"title\": \"milk\", \"when\": false}"}},
    });
    engine.call("SendEmail", input).await;
    let (letter, mime) = engine.only_letter().await;
    assert_eq!((letter.subject.as_str(), letter.template.as_deref()), ("Due: milk", Some("due")));
    insta::assert_snapshot!(golden(&letter, &mime));
}

#[tokio::test]
async fn a_template_without_its_data_is_accepted_and_says_in_the_mailbox_why_nobody_gets_it() {
    let engine = Engine::new().await;
    engine.identity("example.com").await;
    let input = json!({
        "FromEmailAddress": "a@example.com", "Destination": {"ToAddresses": ["ann@example.org"]},
        "Content": {"Template": {"TemplateContent": {"Subject": "Hi {{name}}", "Text": "Hi"}, "TemplateData": "{}"}},
    });
    assert!(engine.call("SendEmail", input).await["MessageId"].is_string());
    let (letter, mime) = engine.only_letter().await;
    assert_eq!(letter.rendering_failure.as_deref(), Some("Attribute 'name' is not present in the rendering data."));
    assert!(mime.is_empty());
}

#[tokio::test]
async fn a_raw_message_names_its_own_sender_and_recipients() {
    let engine = Engine::new().await;
    engine.identity("example.com").await;
    // From: a@example.com / To: "Last, Ann" <ann@example.org>, bob@example.org / Bcc: c@example.org / Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
    let raw = "RnJvbTogYUBleGFtcGxlLmNvbQ0KVG86ICJMYXN0LCBBbm4iIDxhbm5AZXhhbXBsZS5vcmc+LA0KIGJvYkBleGFtcGxlLm9yZw0KQmNjOiBjQGV4YW1wbGUub3JnDQpTdWJqZWN0OiA9P3V0Zi04P3E/R3I9QzM9QkM9QzM9OUZlPz0NCg0KYm9keQ0K";
    engine.call("SendEmail", json!({"Content": {"Raw": {"Data": raw}}})).await;
    let (letter, mime) = engine.only_letter().await;
    assert_eq!(letter.from, "a@example.com");
    assert_eq!(letter.to, ["\"Last, Ann\" <ann@example.org>", "bob@example.org"]);
    assert_eq!((letter.bcc, letter.subject), (vec!["c@example.org".to_owned()], "Grüße".to_owned()));
    let text = String::from_utf8(mime).unwrap();
    assert!(text.starts_with("Message-ID: <") && !text.contains("Bcc"), "{text}");
}

#[tokio::test]
async fn a_bulk_request_answers_each_entry_for_itself() {
    let engine = Engine::new().await;
    engine.identity("example.com").await;
    let content = json!({"Subject": "Hi {{name}}", "Text": "{{greeting}}, {{name}}"});
    engine.call("CreateEmailTemplate", json!({"TemplateName": "hi", "TemplateContent": content})).await;
    let entry = |to: &str, data: &str| {
        json!({
            "Destination": {"ToAddresses": [to]},
            "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        })
    };
    let answer = engine.call("SendBulkEmail", json!({
        "FromEmailAddress": "a@example.com",
        "DefaultContent": {"Template": {"TemplateName": "hi", "TemplateData": "{\"greeting\": \"Hello\", \"name\": \"you\"}"}},
        "BulkEmailEntries": [entry("ann@example.org", "{\"name\": \"Ann\"}"), entry("nobody", "{}"), entry("bob@example.org", "{}")],
    })).await;
    let results = answer["BulkEmailEntryResults"].as_array().unwrap();
    assert_eq!(
        results.iter().map(|result| result["Status"].as_str().unwrap()).collect::<Vec<_>>(),
        ["SUCCESS", "INVALID_PARAMETER", "SUCCESS"]
    );
    let subjects: Vec<_> =
        engine.mailbox.letters(10, None).await.unwrap().into_iter().map(|letter| letter.subject).collect();
    assert_eq!(subjects, ["Hi you", "Hi Ann"]);
}

#[tokio::test]
async fn who_is_no_identity_may_not_send() {
    let engine = Engine::new().await;
    let refused = engine.refusal("SendEmail", simple("Ann <ann@example.com>", "bob@example.org")).await;
    assert_eq!((refused.code.as_str(), refused.status), ("MessageRejected", 400));
    assert_eq!(
        refused.message,
        "Email address is not verified. The following identities failed the check in region US-EAST-1: \
         Ann <ann@example.com>, ann@example.com"
    );
    engine.identity("Ann@example.com").await;
    engine.call("SendEmail", simple("Ann <ann@example.com>", "bob@example.org")).await;
    engine.call("DeleteEmailIdentity", json!({"EmailIdentity": "ann@example.com"})).await;
    assert_eq!(engine.refusal("SendEmail", simple("ann@example.com", "bob@example.org")).await.code, "MessageRejected");
}

#[tokio::test]
async fn what_is_not_there_or_there_already_is_told_by_name() {
    let engine = Engine::new().await;
    engine.identity("example.com").await;
    let template = json!({"TemplateName": "t", "TemplateContent": {"Subject": "s", "Text": "t"}});
    engine.call("CreateEmailTemplate", template.clone()).await;
    engine.call("CreateConfigurationSet", json!({"ConfigurationSetName": "set"})).await;
    let mut with_set = simple("a@example.com", "b@example.org");
    with_set["ConfigurationSetName"] = json!("none");
    let mut nobody = simple("a@example.com", "b@example.org");
    nobody["Destination"] = json!({});
    let mut header = simple("a@example.com", "b@example.org");
    header["Content"]["Simple"]["Headers"] = json!([{"Name": "X", "Value": "a\r\nBcc: all@example.org"}]);
    for (operation, input, code, message) in [
        ("CreateEmailTemplate", template, "AlreadyExistsException", "Template t already exists."),
        ("GetEmailTemplate", json!({"TemplateName": "x"}), "NotFoundException", "Template x does not exist."),
        (
            "CreateEmailIdentity",
            json!({"EmailIdentity": "example.com"}),
            "AlreadyExistsException",
            "Email identity example.com already exist.",
        ),
        (
            "GetEmailIdentity",
            json!({"EmailIdentity": "x.org"}),
            "NotFoundException",
            "Email identity x.org does not exist.",
        ),
        (
            "CreateConfigurationSet",
            json!({"ConfigurationSetName": "set"}),
            "AlreadyExistsException",
            "Configuration set <set> already exists.",
        ),
        ("SendEmail", with_set, "NotFoundException", "Configuration set <none> does not exist."),
        ("SendEmail", simple("a@example.com", "bob"), "BadRequestException", "Missing final '@domain'"),
        ("SendEmail", nobody, "BadRequestException", "Missing required header 'To'."),
        ("SendEmail", header, "BadRequestException", "the header is none that a message may be given: X"),
        (
            "SendEmail",
            json!({}),
            "BadRequestException",
            "1 validation error detected: Value null at 'content' failed to satisfy constraint: Member must not be null",
        ),
        (
            "GetSuppressedDestination",
            json!({"EmailAddress": "b@c.d"}),
            "NotFoundException",
            "Email address b@c.d does not exist on your suppression list.",
        ),
    ] {
        let refused = engine.refusal(operation, input).await;
        assert_eq!((refused.code.as_str(), refused.message.as_str()), (code, message), "{operation}");
    }
    let mut tenant = simple("a@example.com", "b@example.org");
    tenant["TenantName"] = json!("acme");
    assert_eq!(engine.refusal("SendEmail", tenant).await.status, 501);
    assert_eq!(engine.mailbox.letters(10, None).await.unwrap(), []);
}

#[tokio::test]
async fn paused_sending_and_suppressed_recipients_are_heeded() {
    let engine = Engine::new().await;
    engine.identity("example.com").await;
    engine.call("PutSuppressedDestination", json!({"EmailAddress": "Gone@example.org", "Reason": "BOUNCE"})).await;
    engine.call("SendEmail", simple("a@example.com", "gone@example.org")).await;
    assert_eq!(engine.only_letter().await.0.suppressed, ["gone@example.org"]);
    let listed = engine.call("ListSuppressedDestinations", json!({"Reason": "BOUNCE", "PageSize": "1"})).await;
    assert_eq!(listed["SuppressedDestinationSummaries"][0]["EmailAddress"], "gone@example.org");
    let account = engine.call("GetAccount", json!({})).await;
    assert_eq!((&account["SendQuota"]["SentLast24Hours"], &account["SendingEnabled"]), (&json!(1.0), &json!(true)));
    engine.call("PutAccountSendingAttributes", json!({"SendingEnabled": false})).await;
    assert_eq!(
        engine.refusal("SendEmail", simple("a@example.com", "b@example.org")).await.code,
        "SendingPausedException"
    );
}

#[tokio::test]
async fn lists_come_in_pages_and_tags_stay() {
    let engine = Engine::new().await;
    for name in ["a.example", "b.example", "c.example"] {
        engine.identity(name).await;
    }
    let first = engine.call("ListEmailIdentities", json!({"PageSize": 2})).await;
    assert_eq!(first["EmailIdentities"].as_array().unwrap().len(), 2);
    let rest = engine.call("ListEmailIdentities", json!({"NextToken": first["NextToken"]})).await;
    assert_eq!(rest["EmailIdentities"][0]["IdentityName"], "c.example");
    let arn = "arn:aws:ses:us-east-1:000000000000:identity/a.example";
    engine
        .call(
            "TagResource",
            json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "1"}, {"Key": "l", "Value": "2"}]}),
        )
        .await;
    engine.call("UntagResource", json!({"ResourceArn": arn, "TagKeys": "k"})).await;
    let tags = engine.call("ListTagsForResource", json!({"ResourceArn": arn})).await;
    assert_eq!(tags["Tags"], json!([{"Key": "l", "Value": "2"}]));
}

#[tokio::test]
async fn messages_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let engine = Engine::at(&location).await;
    engine.identity("example.com").await;
    engine.call("SendEmail", simple("a@example.com", "b@example.org")).await;
    let (letter, mime) = engine.only_letter().await;
    drop(engine);
    let again = Engine::at(&location).await;
    assert_eq!(again.only_letter().await, (letter, mime));
    assert_eq!(again.mailbox.empty().await.unwrap(), 1);
    assert_eq!(again.mailbox.letters(10, None).await.unwrap(), []);
}
