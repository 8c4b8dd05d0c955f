//! What an erased person leaves: nothing, not even what comes later than the erasure.

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};

use crate::client::{File, create, ids_of, media, mutate, ready, send, upload, with};
use crate::machines::{end_of, execute, processing, run};
use crate::objects::{Objects, entry, indexed};
use crate::support::{Sluice, eventually};

#[tokio::test]
async fn an_erased_person_leaves_nothing_but_the_event_that_says_so() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let hers = [upload(&sluice, &file, json!({"owner": "ada"})), upload(&sluice, &file, json!({"owner": "ada"}))];
    let another = upload(&sluice, &file, json!({"owner": "grace"}));
    create(&sluice, with(file.announced(), json!({"owner": "ada"})));
    for id in hers.iter().chain([&another]) {
        ready(&sluice, id).await;
    }
    // The upload and eight variants each.
    eventually("every object is indexed", || async { (indexed(&sluice, "ada").await == 18).then_some(()) }).await;

    let erased = run(&sluice, "erase-subject", json!({"subject": "ada"})).await;
    assert_eq!((&erased["subject"], &erased["media"], &erased["objects"]), (&json!("ada"), &json!(3), &json!(18)));
    assert_eq!(ids_of(&sluice, "ada"), [""; 0]);
    assert_eq!(indexed(&sluice, "ada").await, 0);
    let objects = Objects::of(&sluice);
    for id in &hers {
        assert_eq!(media(&sluice, id), Value::Null);
        assert_eq!(objects.of_media(id).await, [""; 0]);
    }
    assert_eq!(media(&sluice, &another)["status"], "READY");
    assert_eq!(indexed(&sluice, "grace").await, 9);

    let event = replayed(&sluice, "subject.erased").await;
    assert_eq!((&event["source"], &event["detail"]), (&json!("sluicegate.media"), &erased));

    let again = run(&sluice, "erase-subject", json!({"subject": "ada"})).await;
    assert_eq!((&again["media"], &again["objects"]), (&json!(0), &json!(0)), "nothing of hers is left");
}

/// The event of that type that the archive gives back.
async fn replayed(sluice: &Sluice, detail_type: &str) -> Value {
    let (events, queues) = (aws_sdk_eventbridge::Client::new(&sluice.sdk()), aws_sdk_sqs::Client::new(&sluice.sdk()));
    let url = queues.create_queue().queue_name("replayed").send().await.unwrap().queue_url.unwrap();
    let pattern = json!({"detail-type": [detail_type], "replay-name": [{"exists": true}]}).to_string();
    let rule = events.put_rule().name("replayed").event_bus_name("sluicegate").event_pattern(pattern);
    rule.send().await.unwrap();
    let arn = "arn:aws:sqs:us-east-1:000000000000:replayed";
    let target = aws_sdk_eventbridge::types::Target::builder().id("queue").arn(arn).build().unwrap();
    events.put_targets().rule("replayed").event_bus_name("sluicegate").targets(target).send().await.unwrap();
    eventually("the archive has it", || async {
        let replay = sluice.json(&[
            "replay",
            "start",
            "--archive",
            "sluicegate",
            "--from",
            "1h",
            "--rule",
            "replayed",
            "--wait",
        ]);
        assert_eq!(replay[0]["state"], "COMPLETED", "{replay}");
        let received = queues.receive_message().queue_url(&url).wait_time_seconds(1).send().await.unwrap();
        received.messages().first().map(|message| serde_json::from_str(message.body().unwrap()).unwrap())
    })
    .await
}

#[tokio::test]
async fn a_picture_that_is_being_processed_is_erased_and_no_execution_fails() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, &File::bitmap(1600, 1200), json!({"owner": "eva"}));
    let execution = eventually("it is being processed", || async {
        processing(&sluice, "process-image", &id).await.into_iter().next()
    })
    .await;
    run(&sluice, "erase-subject", json!({"subject": "eva"})).await;
    let ended = end_of(&sluice, &execution).await;
    assert_eq!(ended.status(), &ExecutionStatus::Succeeded, "{:?}", ended.cause());
    let objects = Objects::of(&sluice);
    eventually("nothing is left of it", || async {
        (objects.of_media(&id).await.is_empty() && indexed(&sluice, "eva").await == 0).then_some(())
    })
    .await;
    assert_eq!((media(&sluice, &id), ids_of(&sluice, "eva")), (Value::Null, vec![]));
}

#[tokio::test]
async fn what_is_written_after_the_erasure_goes_at_once() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let announced = with(file.announced(), json!({"owner": "gil", "idempotencyKey": "monday"}));
    let created = create(&sluice, announced.clone());
    let id = created["media"]["id"].as_str().unwrap();
    assert_eq!(run(&sluice, "erase-subject", json!({"subject": "gil"})).await["media"], 1);
    assert_eq!(media(&sluice, id), Value::Null);

    // The URL was signed before and is still good; and a function may have been about to write.
    assert_eq!(send(&created["upload"], &file.content).status, 200);
    let objects = Objects::of(&sluice);
    let late = objects.put("sluicegate-media", &format!("media/{id}/card.avif")).await;
    eventually("both are gone", || async { objects.of_media(id).await.is_empty().then_some(()) }).await;
    eventually("the index says so, and no more", || async {
        let entry = entry(&sluice, &late).await?;
        (entry["deleted"].as_bool() == Ok(&true) && !entry.contains_key("owner")).then_some(())
    })
    .await;
    assert_eq!(indexed(&sluice, "gil").await, 0);
    assert_eq!(processing(&sluice, "process-image", id).await, [""; 0]);

    let reused = mutate(&sluice, "createUpload", announced);
    assert_eq!(reused["errors"][0]["code"], "IDEMPOTENCY_MISMATCH", "{reused}");
    let deleted = mutate(&sluice, "deleteMedia", json!({"id": id}));
    assert_eq!(deleted["errors"][0]["code"], "NOT_FOUND", "{deleted}");
}

#[tokio::test]
async fn nobody_is_erased_by_an_empty_name() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let refused = execute(&sluice, "erase-subject", json!({"subject": ""})).await;
    assert_eq!((refused.status(), refused.error()), (&ExecutionStatus::Failed, Some("Media.InvalidOwner")));
}
