//! What a stop or a crash leaves to do.

use mediaconvert::Programs;
use serde_json::json;
use store::Location;

use crate::engine::{clip, engine_with, has_ffmpeg, mp4};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_under_way_when_the_engine_stopped_begins_again() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let engine = engine_with(&location, Programs::on_path());
    engine.put("uploads/clip.mp4", clip());
    // Shut: the job gets as far as its first upload and no further.
    let gate = engine.s3.gate.acquire_many(1_000).await.unwrap();
    let id = engine.create(mp4("s3://uploads/clip.mp4", 90)).await;
    crate::engine::until("uploading", async || engine.job(&id).await["CurrentPhase"] == "UPLOADING").await;
    engine.platform.stop().await;
    drop(gate);
    assert!(engine.keys("media/").is_empty());
    drop(engine);

    let engine = engine_with(&location, Programs::on_path());
    engine.put("uploads/clip.mp4", clip());
    let job = engine.reaches(&id, "COMPLETE").await;
    assert_eq!(job["RetryCount"], 1);
    assert_eq!(engine.keys("media/"), ["files/clip-mp4.mp4"]);
    assert_eq!(engine.told("COMPLETE").await["jobId"], json!(id));
    let left = std::fs::read_dir(folder.path().join("mediaconvert")).unwrap().count();
    assert_eq!(left, 0, "files in work are removed");
}
