//! `kill -9` while pictures are processed: what was uploaded becomes ready, once.

use serde_json::json;

use crate::client::{File, get, media, ready, upload};
use crate::support::{Sluice, eventually};

#[tokio::test]
async fn pictures_that_were_processed_at_kill_9_are_ready_after_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let sluice = Sluice::dev_at(data.path());
    let file = File::bitmap(1600, 1200);
    let ids: Vec<String> = (0..3).map(|_| upload(&sluice, &file, json!({}))).collect();
    eventually("one is being processed", || async {
        ids.iter().any(|id| media(&sluice, id)["status"] == "PROCESSING").then_some(())
    })
    .await;
    sluice.kill();

    let sluice = Sluice::dev_at(data.path());
    for id in &ids {
        let media = ready(&sluice, id).await;
        assert_eq!(media["variants"].as_array().unwrap().len(), 8, "{media}");
        for variant in media["variants"].as_array().unwrap() {
            assert_eq!(json!(get(&variant["url"]).body.len()), variant["bytes"], "{variant}");
        }
    }
}
