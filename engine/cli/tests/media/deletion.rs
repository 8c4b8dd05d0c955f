//! What is deleted is gone.

use serde_json::json;

use crate::client::{File, create, get, ids_of, media, mutate, ready, send, upload};
use crate::objects::Objects;
use crate::support::{Sluice, eventually};

#[tokio::test]
async fn a_deleted_media_says_so_and_its_variants_are_gone() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, &File::photo(), json!({"owner": "ada"}));
    let variants = ready(&sluice, &id).await["variants"].take();
    for _ in 0..2 {
        let deleted = mutate(&sluice, "deleteMedia", json!({"id": id}));
        assert_eq!((&deleted["errors"], &deleted["media"]["status"]), (&json!([]), &json!("DELETED")), "{deleted}");
    }
    for variant in variants.as_array().unwrap() {
        assert_eq!(get(&variant["url"]).status, 404, "{variant}");
    }
    let left = media(&sluice, &id);
    assert_eq!(
        (&left["status"], &left["variants"], &left["placeholder"]),
        (&json!("DELETED"), &json!([]), &json!(null))
    );
    assert_eq!(ids_of(&sluice, "ada"), [""; 0]);
}

#[tokio::test]
async fn an_upload_that_comes_after_its_deletion_is_thrown_away() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let created = create(&sluice, file.announced());
    let id = created["media"]["id"].as_str().unwrap();
    mutate(&sluice, "deleteMedia", json!({"id": id}));
    assert_eq!(send(&created["upload"], &file.content).status, 200);
    let objects = Objects::of(&sluice);
    eventually("the upload is thrown away", || async { objects.of_media(id).await.is_empty().then_some(()) }).await;
    assert_eq!(media(&sluice, id)["status"], "DELETED");
}
