//! Uploads above 16 MiB, part by part.

use serde_json::{Value, json};

use crate::client::{File, create, ended, get, mutate, ready, send_part, with};
use crate::support::Sluice;

/// Of somewhat more than 16 MiB: three parts.
fn large() -> File {
    File::bitmap(2400, 2400)
}

fn parts(created: &Value) -> Vec<Value> {
    created["upload"]["multipart"]["parts"].as_array().unwrap_or_else(|| panic!("{created}")).clone()
}

#[tokio::test]
async fn an_upload_in_parts_is_resumed_and_completed() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = large();
    let announced = with(file.announced(), json!({"idempotencyKey": "the scan"}));
    let created = create(&sluice, announced.clone());
    let id = &created["media"]["id"];
    assert_eq!(
        (&created["upload"]["url"], &created["upload"]["multipart"]["partBytes"]),
        (&Value::Null, &json!(8 << 20))
    );
    let first = parts(&created);
    assert_eq!(first.len(), 3);
    let second = send_part(&first[1], &file);

    let early = mutate(&sluice, "completeUpload", json!({"id": id}));
    assert_eq!(early["errors"][0]["code"], "UPLOAD_INCOMPLETE", "{early}");
    assert!(early["errors"][0]["message"].as_str().unwrap().ends_with(": 1, 3"), "{early}");

    let again = parts(&create(&sluice, announced));
    let received: Vec<_> = again.iter().map(|part| part["received"].as_bool().unwrap()).collect();
    assert_eq!(received, [false, true, false]);
    let sent = [(1, send_part(&again[0], &file)), (2, second), (3, send_part(&again[2], &file))];
    let sent = sent.map(|(number, etag)| json!({"number": number, "etag": etag}));
    let mut wrong = sent.clone();
    wrong[2]["etag"] = json!("\"0\"");
    let refused = mutate(&sluice, "completeUpload", json!({"id": id, "parts": wrong}));
    assert!(refused["errors"][0]["message"].as_str().unwrap().ends_with(": 3"), "{refused}");

    for _ in 0..2 {
        let completed = mutate(&sluice, "completeUpload", json!({"id": id, "parts": sent}));
        assert_eq!(completed["errors"], json!([]), "{completed}");
    }
    let media = ready(&sluice, id.as_str().unwrap()).await;
    assert_eq!((&media["width"], &media["contentType"]), (&json!(2400), &json!("image/bmp")));
    for variant in media["variants"].as_array().unwrap() {
        assert_eq!(json!(get(&variant["url"]).body.len()), variant["bytes"], "{variant}");
    }
}

#[tokio::test]
async fn parts_that_are_not_the_announced_content_are_rejected() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let mut file = large();
    let created = create(&sluice, file.announced());
    *file.content.last_mut().unwrap() ^= 1;
    for part in parts(&created) {
        send_part(&part, &file);
    }
    let id = created["media"]["id"].as_str().unwrap();
    assert_eq!(mutate(&sluice, "completeUpload", json!({"id": id}))["errors"], json!([]));
    let media = ended(&sluice, id).await;
    assert_eq!(media["rejection"]["code"], "Media.ChecksumMismatch", "{media}");
}

#[tokio::test]
async fn an_upload_survives_kill_9_between_its_parts() {
    let data = tempfile::tempdir().unwrap();
    let sluice = Sluice::dev_at(data.path());
    let file = large();
    let announced = with(file.announced(), json!({"idempotencyKey": "the scan"}));
    let created = create(&sluice, announced.clone());
    send_part(&parts(&created)[0], &file);
    sluice.kill();

    let sluice = Sluice::dev_at(data.path());
    let again = create(&sluice, announced);
    assert_eq!(again["media"]["id"], created["media"]["id"]);
    let missing: Vec<_> = parts(&again).into_iter().filter(|part| part["received"] == false).collect();
    assert_eq!(missing.len(), 2);
    for part in &missing {
        send_part(part, &file);
    }
    let id = again["media"]["id"].as_str().unwrap();
    assert_eq!(mutate(&sluice, "completeUpload", json!({"id": id}))["errors"], json!([]));
    ready(&sluice, id).await;
}
