//! From events to mail: one bad message in ten, the dead letters, and the way back.
#![allow(clippy::unwrap_used)]

mod support;

use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use serde_json::{Value, json};
use support::{Sluice, eventually, project};

fn example(path: &str) -> Value {
    let file = project().join("events/examples").join(path);
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// A published example with another id, that happened just now.
fn event(path: &str, id: &str) -> String {
    use clock::Clock;
    let mut event = example(path);
    event["detail"]["eventId"] = json!(id);
    event["detail"]["occurredAt"] = json!(clock::SystemClock.now().to_rfc3339_millis());
    event.to_string()
}

fn subjects(sluice: &Sluice) -> Vec<String> {
    let mail = sluice.json(&["mail", "list", "--limit", "100"]);
    let mut subjects: Vec<String> =
        mail.as_array().unwrap().iter().map(|letter| letter["subject"].as_str().unwrap().to_owned()).collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn one_bad_message_in_ten_is_retried_alone_becomes_a_dead_letter_and_comes_back_by_redrive() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let queues = aws_sdk_sqs::Client::new(&sluice.sdk());
    let queue = |name: &'static str| {
        let queues = queues.clone();
        async move { queues.get_queue_url().queue_name(name).send().await.unwrap().queue_url().unwrap().to_owned() }
    };
    let (work, dead) = (queue("notifications").await, queue("notifications-dead-letters").await);
    // What fails is tried again within a second instead of a minute.
    let quick = queues.set_queue_attributes().queue_url(&work).attributes(QueueAttributeName::VisibilityTimeout, "1");
    quick.send().await.unwrap();
    // SES refuses mail by a template that isn't there.
    let template = sluice.aws_get("/v2/email/templates/upload-ready");
    sluice.aws_delete("/v2/email/templates/upload-ready");

    let mut batch = queues.send_message_batch().queue_url(&work);
    for number in 0..10 {
        let body = if number == 3 {
            event("media.processed/image.json", "bad")
        } else {
            event("todo.reminder_due/due.json", &number.to_string())
        };
        let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
        batch = batch.entries(entry.build().unwrap());
    }
    batch.send().await.unwrap();

    let waiting = |url: String, name: QueueAttributeName| {
        let queues = queues.clone();
        async move {
            let asked =
                queues.get_queue_attributes().queue_url(url).attribute_names(name.clone()).send().await.unwrap();
            asked.attributes().unwrap()[&name].parse::<u32>().unwrap()
        }
    };
    eventually("the bad one is a dead letter", || async {
        (waiting(dead.clone(), QueueAttributeName::ApproximateNumberOfMessages).await == 1).then_some(())
    })
    .await;
    assert_eq!(subjects(&sluice), vec!["Due now: Water the plants"; 9]);

    let content = json!({"TemplateName": "upload-ready", "TemplateContent": template["TemplateContent"]});
    sluice.aws_post("/v2/email/templates", &content);
    sluice.json(&["dlq", "redrive", "notifications-dead-letters"]);
    eventually("the mail of the bad one", || async {
        subjects(&sluice).contains(&"lake.jpg is ready".to_owned()).then_some(())
    })
    .await;
    assert_eq!(subjects(&sluice).len(), 10);
    assert_eq!(waiting(dead, QueueAttributeName::ApproximateNumberOfMessages).await, 0);

    let id = sluice.json(&["mail", "list", "--limit", "1"])[0]["messageId"].as_str().unwrap().to_owned();
    let shown = sluice.json(&["mail", "show", &id[..24]]);
    assert_eq!(
        (&shown["to"], &shown["template"]),
        (&json!(["success@simulator.amazonses.com"]), &json!("upload-ready"))
    );
    let (status, page) = sluice.get(&format!("/_sluice/mailbox/{id}"));
    assert!(status == 200 && page.contains("lake.jpg is ready"), "{page}");
}

#[tokio::test]
async fn a_state_machine_sends_mail_by_template_through_the_sdk_integration() {
    let sluice = Sluice::serve(&["--ephemeral"]);
    sluice.aws_post("/v2/email/identities", &json!({"EmailIdentity": "example.com"}));
    let content = json!({"Subject": "Hello {{name}}", "Text": "Hello {{name}}"});
    sluice.aws_post("/v2/email/templates", &json!({"TemplateName": "hello", "TemplateContent": content}));
    let send = |from: &str| {
        json!({"StartAt": "Send", "States": {"Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sesv2:sendEmail",
            "Parameters": {
                "FromEmailAddress": from,
                "Destination": {"ToAddresses.$": "States.Array($.address)"},
                "Content": {"Template": {"TemplateName": "hello", "TemplateData.$": "States.JsonToString($)"}},
            },
            "End": true,
        }}})
    };
    let states = aws_sdk_sfn::Client::new(&sluice.sdk());
    let run = |name: &'static str, from: &'static str| {
        let (states, definition) = (states.clone(), send(from).to_string());
        async move {
            let role = "arn:aws:iam::000000000000:role/any";
            let machine = states.create_state_machine().name(name).definition(definition).role_arn(role).send().await;
            let input = json!({"name": "Ann", "address": "ann@example.org"}).to_string();
            let arn = machine.unwrap().state_machine_arn().to_owned();
            let started = states.start_execution().state_machine_arn(arn).input(input).send().await.unwrap();
            eventually("the execution ends", || async {
                let told = states.describe_execution().execution_arn(started.execution_arn()).send().await.unwrap();
                (told.status().as_str() != "RUNNING").then_some(told)
            })
            .await
        }
    };
    let sent = run("send", "no-reply@example.com").await;
    let output: Value = serde_json::from_str(sent.output().unwrap_or_else(|| panic!("{sent:?}"))).unwrap();
    assert_eq!(sluice.json(&["mail", "show", output["MessageId"].as_str().unwrap()])["subject"], "Hello Ann");
    let refused = run("refused", "no-reply@example.org").await;
    assert_eq!(refused.error(), Some("SesV2.MessageRejectedException"));
    assert!(refused.cause().unwrap().contains("Email address is not verified."), "{:?}", refused.cause());
    assert_eq!(subjects(&sluice), ["Hello Ann"]);
}
