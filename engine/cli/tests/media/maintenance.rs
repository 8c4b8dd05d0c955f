//! What runs beside the uploads: giving up those that never come, and removing those that were rejected.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use crate::client::{File, create, ended, media, send_part, upload};
use crate::machines::run;
use crate::objects::Objects;
use crate::support::Sluice;

/// What is to happen to an upload at some time is overdue.
async fn let_its_time_come(sluice: &Sluice, id: &str) {
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let long_ago = table.update_item().table_name("media").key("id", AttributeValue::S(id.to_owned()));
    let long_ago = long_ago.update_expression("SET uploadExpiresAt = :then");
    let then = AttributeValue::S("2026-01-01T00:00:00.000Z".to_owned());
    long_ago.expression_attribute_values(":then", then).send().await.unwrap();
}

#[tokio::test]
async fn an_upload_that_never_came_is_given_up() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::bitmap(2400, 2400);
    let overdue = create(&sluice, file.announced());
    send_part(&overdue["upload"]["multipart"]["parts"][0], &file);
    let waiting = create(&sluice, File::photo().announced())["media"]["id"].take();
    let id = overdue["media"]["id"].as_str().unwrap();
    let_its_time_come(&sluice, id).await;
    let objects = Objects::of(&sluice);
    assert_eq!(objects.open_uploads().await, 1);

    assert_eq!(run(&sluice, "clean-uploads", json!({})).await["cleaned"], 1);
    let canceled = media(&sluice, id);
    assert_eq!(canceled["status"], "CANCELED");
    assert_eq!(canceled["rejection"]["code"], "Media.UploadExpired");
    assert_eq!(objects.open_uploads().await, 0);
    assert_eq!(media(&sluice, waiting.as_str().unwrap())["status"], "PENDING");
}

#[tokio::test]
async fn a_rejected_upload_is_kept_for_a_while_and_then_removed() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let page = File { name: "lake.png", content_type: "image/png", content: b"<html></html>".to_vec() };
    let film = File { name: "walk.mp4", content_type: "video/mp4", content: File::photo().content };
    let objects = Objects::of(&sluice);
    // The one by the machine that processes it, the other before.
    for file in [page, film] {
        let id = upload(&sluice, &file, json!({}));
        let rejected = ended(&sluice, &id).await;
        assert_eq!(rejected["status"], "REJECTED", "{rejected}");
        assert_eq!(run(&sluice, "clean-uploads", json!({})).await["cleaned"], 0);
        assert_eq!(objects.of_media(&id).await.len(), 1, "somebody may want to see it");

        let_its_time_come(&sluice, &id).await;
        assert_eq!(run(&sluice, "clean-uploads", json!({})).await["cleaned"], 1);
        assert_eq!(objects.of_media(&id).await, [""; 0]);
        assert_eq!(media(&sluice, &id)["rejection"], rejected["rejection"]);
        assert_eq!(run(&sluice, "clean-uploads", json!({})).await["cleaned"], 0);
    }
}
