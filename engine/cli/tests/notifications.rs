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
