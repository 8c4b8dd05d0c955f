//! What becomes of a picture that is uploaded in one request.

use serde_json::{Value, json};

use crate::client::{File, create, get, graphql, ids_of, media, mutate, operate, ready, send, upload, with};
use crate::machines::processing;
use crate::support::{Sluice, eventually};

#[tokio::test]
async fn every_variant_of_a_photo_can_be_read_once_it_is_ready() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let created = create(&sluice, file.announced());
    let (announced, pending) = (file.announced(), &created["media"]);
    assert_eq!((&pending["status"], &pending["kind"]), (&json!("PENDING"), &json!("UNKNOWN")), "{pending}");
    for name in ["fileName", "contentType", "bytes", "checksum"] {
        assert_eq!(pending[name], announced[name], "{name}");
    }
    assert_eq!((&created["upload"]["method"], &created["upload"]["multipart"]), (&json!("PUT"), &Value::Null));
    assert_eq!(send(&created["upload"], &file.content).status, 200);

    let media = ready(&sluice, pending["id"].as_str().unwrap()).await;
    assert_eq!((&media["kind"], &media["progress"]), (&json!("IMAGE"), &json!(100)));
    assert_eq!((&media["width"], &media["height"]), (&json!(480), &json!(360)));
    assert_eq!(media["checksum"], announced["checksum"]);
    assert!(media["placeholder"].is_string() && media["perceptualHash"].is_string(), "{media}");
    assert!(media["dominantColor"].as_str().unwrap().starts_with('#'), "{media}");
    let variants = media["variants"].as_array().unwrap();
    let mut made: Vec<_> = variants
        .iter()
        .map(|it| format!("{} {}", it["name"].as_str().unwrap(), it["format"].as_str().unwrap()))
        .collect();
    made.sort();
    let expected = [
        "card AVIF",
        "card JPEG",
        "card WEBP",
        "full JPEG",
        "original JPEG",
        "thumbnail AVIF",
        "thumbnail JPEG",
        "thumbnail WEBP",
    ];
    assert_eq!(made, expected);
    for variant in variants {
        let answer = get(&variant["url"]);
        assert_eq!(answer.status, 200, "{variant}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], variant["contentType"].as_str().unwrap());
        assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
        assert_eq!(json!(answer.body.len()), variant["bytes"], "{variant}");
        let head = match variant["format"].as_str().unwrap() {
            "JPEG" => answer.body.starts_with(b"\xff\xd8\xff"),
            "WEBP" => &answer.body[8..12] == b"WEBP",
            _ => &answer.body[4..12] == b"ftypavif",
        };
        assert!(head, "{variant}");
    }
}

#[tokio::test]
async fn the_same_key_asks_for_the_same_upload_and_refuses_another() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let announced = with(file.announced(), json!({"idempotencyKey": "monday"}));
    let (first, again) = (create(&sluice, announced.clone()), create(&sluice, announced.clone()));
    assert_eq!(first["media"]["id"], again["media"]["id"]);
    let other = mutate(&sluice, "createUpload", with(announced.clone(), json!({"bytes": 7})));
    assert_eq!(other["errors"][0]["code"], "IDEMPOTENCY_MISMATCH", "{other}");
    assert_eq!(send(&again["upload"], &file.content).status, 200);
    ready(&sluice, first["media"]["id"].as_str().unwrap()).await;
    let arrived = create(&sluice, announced);
    assert_eq!((&arrived["media"]["status"], &arrived["upload"]), (&json!("READY"), &Value::Null));
}

#[tokio::test]
async fn a_content_that_is_sent_again_is_the_same_upload() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::bitmap(800, 600);
    let created = create(&sluice, file.announced());
    let id = created["media"]["id"].as_str().unwrap();
    // As a client does that got no answer.
    for _ in 0..2 {
        assert_eq!(send(&created["upload"], &file.content).status, 200);
    }
    let first = ready(&sluice, id).await;
    assert_eq!(send(&created["upload"], &file.content).status, 200);
    eventually("every arrival is routed", || async { (routed(&sluice) == 3).then_some(()) }).await;
    assert_eq!(media(&sluice, id)["updatedAt"], first["updatedAt"]);
    assert_eq!(processing(&sluice, "process-image", id).await.len(), 1);
}

/// How many arrivals `media-route` says it has routed.
fn routed(sluice: &Sluice) -> usize {
    let input = json!({"logGroupName": "/aws/lambda/media-route", "filterPattern": "\"an object has arrived\""});
    operate(sluice, "Logs_20140328.FilterLogEvents", &input)["events"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_picture_that_looks_like_another_of_its_owner_names_it() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let first = upload(&sluice, &file, json!({"owner": "ada"}));
    assert_eq!(ready(&sluice, &first).await["duplicateOf"], json!([]));
    let second = upload(&sluice, &file, json!({"owner": "ada"}));
    assert_eq!(ready(&sluice, &second).await["duplicateOf"], json!([first]));
    let foreign = upload(&sluice, &file, json!({"owner": "grace"}));
    assert_eq!(ready(&sluice, &foreign).await["duplicateOf"], json!([]));
    assert_eq!(media(&sluice, &first)["duplicateOf"], json!([]));
}

#[tokio::test]
async fn an_owners_media_are_listed_in_pages() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let announce = || create(&sluice, with(File::photo().announced(), json!({"owner": "ada"})))["media"]["id"].take();
    let ids: Vec<Value> = (0..5).map(|_| announce()).collect();
    create(&sluice, File::photo().announced());
    let page = |after: Value| {
        let query = "query($after: String) { mediaByOwner(owner: \"ada\", first: 2, after: $after) {
            edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }";
        graphql(&sluice, query, json!({"after": after}))["mediaByOwner"].take()
    };
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let found = page(after);
        seen.extend(found["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].clone()));
        if found["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = found["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, ids);
    assert_eq!(ids_of(&sluice, "nobody"), [""; 0]);
}
