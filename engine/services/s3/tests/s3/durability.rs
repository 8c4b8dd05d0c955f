//! What a restart finds.

use std::fs;
use std::sync::Arc;

use clock::SystemClock;
use serde_json::json;
use store::Location;

use crate::support::Engine;

#[tokio::test]
async fn objects_survive_a_restart_and_files_without_a_row_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let engine = Engine::at(&location, Arc::new(SystemClock));
    engine.client.create_bucket().bucket("photos").send().await.unwrap();
    engine.put("k", b"old").await;
    engine.put("k", b"new").await;
    engine.platform.stop().await;
    drop(engine);
    let bodies = || {
        let folders = fs::read_dir(folder.path().join("objects")).unwrap().flatten();
        folders.flat_map(|folder| fs::read_dir(folder.path()).unwrap().flatten()).count()
    };
    assert_eq!(bodies(), 1);
    // What a process leaves that dies in the middle of a put.
    fs::write(folder.path().join("objects/ab/abcdef"), "half").unwrap();
    assert_eq!(bodies(), 2);
    let engine = Engine::at(&location, Arc::new(SystemClock));
    assert_eq!(bodies(), 1);
    assert_eq!(engine.get("k").await.unwrap(), b"new");
    engine.platform.stop().await;
}

#[tokio::test]
async fn an_event_whose_target_was_away_is_told_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let engine = Engine::at(&location, Arc::new(SystemClock));
    engine.client.create_bucket().bucket("photos").send().await.unwrap();
    let arn = engine.make_queue("images").await;
    let queue = json!({"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]});
    let put = json!({"Bucket": "photos", "NotificationConfiguration": {"QueueConfigurations": [queue]}});
    engine.call("PutBucketNotificationConfiguration", put).await.unwrap();
    engine.next("images").await;
    // No task sends events any more, as after a kill between the object's commit and the sending.
    engine.platform.shutdown.cancel();
    engine.platform.tasks.close();
    engine.platform.tasks.wait().await;
    engine.put("k", b"1").await;
    engine.platform.stop().await;
    drop(engine);
    let engine = Engine::at(&location, Arc::new(SystemClock));
    assert_eq!(engine.next("images").await["Records"][0]["s3"]["object"]["key"], "k");
    engine.platform.stop().await;
}
