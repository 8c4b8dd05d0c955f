//! Archives and replays.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::engine::{Engine, START, arn, body, engine, engine_in, settle, stopped_engine_in, until};
use serde_json::{Value, json};
use store::Location;

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const SECOND: i64 = START / 1000;

async fn archive(engine: &Engine, more: Value) -> Value {
    let mut input = json!({"ArchiveName": "a", "EventSourceArn": BUS});
    input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    engine.call("CreateArchive", input).await
}

fn replay(name: &str, start: i64, end: i64) -> Value {
    json!({
        "ReplayName": name,
        "EventSourceArn": arn("events", "archive/a"),
        "EventStartTime": start,
        "EventEndTime": end,
        "Destination": {"Arn": BUS},
    })
}

async fn ended(engine: &Engine, name: &str) -> Value {
    let mut description = Value::Null;
    until("the replay to end", async || {
        description = engine.call("DescribeReplay", json!({"ReplayName": name})).await;
        ["COMPLETED", "CANCELLED", "FAILED"].contains(&description["State"].as_str().unwrap())
    })
    .await;
    description
}

async fn event_count(engine: &Engine) -> Value {
    engine.call("DescribeArchive", json!({"ArchiveName": "a"})).await["EventCount"].clone()
}

#[tokio::test]
async fn an_archive_is_described_and_has_a_managed_rule() {
    let engine = engine();
    let created = archive(&engine, json!({"EventPattern": r#"{"source":["s"]}"#, "RetentionDays": 3})).await;
    let archive_arn = arn("events", "archive/a");
    assert_eq!(created, json!({"ArchiveArn": archive_arn, "State": "ENABLED", "CreationTime": SECOND as f64}));
    let item = json!({
        "ArchiveName": "a", "EventSourceArn": BUS, "State": "ENABLED", "RetentionDays": 3, "SizeBytes": 0,
        "EventCount": 0, "CreationTime": SECOND as f64,
    });
    assert_eq!(engine.call("ListArchives", json!({})).await, json!({ "Archives": [item] }));
    assert_eq!(engine.call("ListArchives", json!({"NamePrefix": "x"})).await, json!({ "Archives": [] }));
    let rule = engine.call("DescribeRule", json!({"Name": "Events-Archive-a"})).await;
    assert_eq!(rule["ManagedBy"], "prod.vhs.events.aws.internal");
    assert_eq!(rule["EventPattern"], r#"{"source":["s"],"replay-name":[{"exists":false}]}"#);
    let targets = engine.call("ListTargetsByRule", json!({"Rule": "Events-Archive-a"})).await;
    assert_eq!(targets["Targets"], json!([{"Id": "Events-Archive-a", "Arn": archive_arn}]));
    assert_eq!(engine.refusal("DisableRule", json!({"Name": "Events-Archive-a"})).await.0, "ManagedRuleException");
    engine.put("s", json!({})).await;
    engine.put("other", json!({})).await;
    assert_eq!(event_count(&engine).await, 1);
    engine.call("DeleteArchive", json!({"ArchiveName": "a"})).await;
    assert_eq!(engine.call("ListRules", json!({})).await, json!({ "Rules": [] }));
}

#[tokio::test]
async fn a_preview_counts_what_a_replay_would_send_and_sends_nothing() {
    let engine = engine();
    archive(&engine, json!({})).await;
    for second in [0, 60, 61, 120, 300] {
        engine.put_at(SECOND + second, json!({"second": second})).await;
    }
    let (first, second) = (engine.queue("first").await, engine.queue("second").await);
    engine.rule("late", r#"{"detail":{"second":[{"numeric":[">",60]}]}}"#, &first, json!({})).await;
    engine.rule("fresh", r#"{"replay-name":[{"exists":false}]}"#, &second, json!({})).await;
    let preview = async |input| serde_json::to_value(engine.bridge.preview_replay(input).await.unwrap()).unwrap();
    let input = replay("never", SECOND + 60, SECOND + 120);
    let late = json!({"rule": "late", "id": "t", "arn": first, "events": 2});
    let fresh = json!({"rule": "fresh", "id": "t", "arn": second, "events": 0});
    assert_eq!(preview(input.clone()).await, json!({"events": 3, "targets": [fresh, late]}));
    let mut only = input;
    only["Destination"]["FilterArns"] = json!([arn("events", "rule/late")]);
    assert_eq!(preview(only).await, json!({"events": 3, "targets": [late]}));
    let refused = engine.bridge.preview_replay(replay("never", SECOND, SECOND)).await.unwrap_err();
    assert_eq!(
        refused.message,
        "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
    );
    assert_eq!(engine.call("ListReplays", json!({})).await, json!({"Replays": []}));
    assert!(engine.is_empty("first").await);
}

#[tokio::test]
async fn a_replay_brings_the_events_of_its_window_to_the_rules_it_names() {
    let engine = engine();
    archive(&engine, json!({})).await;
    for second in [0, 60, 61, 120, 300] {
        engine.put_at(SECOND + second, json!({"second": second})).await;
    }
    let (first, second) = (engine.queue("first").await, engine.queue("second").await);
    engine.rule("r1", r#"{"source":["s"]}"#, &first, json!({})).await;
    engine.rule("r2", r#"{"source":["s"]}"#, &second, json!({})).await;
    let mut input = replay("again", SECOND + 60, SECOND + 120);
    input["Destination"]["FilterArns"] = json!([arn("events", "rule/r1")]);
    input["Description"] = json!("once more");
    let started = engine.call("StartReplay", input).await;
    let replay_arn = arn("events", "replay/again");
    assert_eq!(started, json!({"ReplayArn": replay_arn, "State": "STARTING", "ReplayStartTime": SECOND as f64}));
    let mut seconds: Vec<i64> =
        engine.receive("first", 3).await.iter().map(|m| body(m)["detail"]["second"].as_i64().unwrap()).collect();
    seconds.sort_unstable();
    assert_eq!(seconds, [60, 61, 120]);
    assert_eq!(
        ended(&engine, "again").await,
        json!({
            "ReplayName": "again", "EventSourceArn": arn("events", "archive/a"), "State": "COMPLETED",
            "EventStartTime": (SECOND + 60) as f64, "EventEndTime": (SECOND + 120) as f64,
            "EventLastReplayedTime": (SECOND + 120) as f64, "ReplayStartTime": SECOND as f64,
            "ReplayEndTime": SECOND as f64, "ReplayArn": replay_arn, "Description": "once more",
            "Destination": {"Arn": BUS, "FilterArns": [arn("events", "rule/r1")]},
        })
    );
    assert!(engine.is_empty("second").await && engine.is_empty("first").await);
    assert_eq!(event_count(&engine).await, 5, "a replayed event is not archived again");
}

#[tokio::test]
async fn a_replayed_event_says_so_behind_its_region_and_keeps_its_time() {
    let engine = engine();
    archive(&engine, json!({})).await;
    engine.put_at(SECOND - 100, json!({})).await;
    let queue = engine.queue("q").await;
    engine.rule("r", r#"{"replay-name":[{"exists":true}]}"#, &queue, json!({})).await;
    engine.call("StartReplay", replay("again", SECOND - 100, SECOND)).await;
    let message = engine.receive("q", 1).await.remove(0);
    let text = message["Body"].as_str().unwrap();
    assert!(
        text.contains(r#""time":"2027-01-15T07:58:20Z","region":"us-east-1","replay-name":"again","resources":[]"#),
        "{text}"
    );
}

#[tokio::test]
async fn a_replay_of_nothing_completes_without_a_last_event() {
    let engine = engine();
    archive(&engine, json!({})).await;
    engine.call("StartReplay", replay("empty", SECOND, SECOND + 1)).await;
    let description = ended(&engine, "empty").await;
    assert_eq!((&description["State"], description.get("EventLastReplayedTime")), (&json!("COMPLETED"), None));
    let failure = engine.refusal("CancelReplay", json!({"ReplayName": "empty"})).await;
    assert_eq!(failure.0, "IllegalStatusException");
}

#[tokio::test]
async fn a_replay_that_is_cancelled_ends_cancelled() {
    let engine = engine();
    archive(&engine, json!({})).await;
    engine.call("StartReplay", replay("x", SECOND, SECOND + 1)).await;
    let cancelled = engine.call("CancelReplay", json!({"ReplayName": "x"})).await;
    assert_eq!(cancelled, json!({"ReplayArn": arn("events", "replay/x"), "State": "CANCELLING"}));
    let description = engine.call("DescribeReplay", json!({"ReplayName": "x"})).await;
    assert_eq!((&description["State"], description.get("ReplayEndTime")), (&json!("CANCELLING"), None));
    engine.tick().await;
    assert_eq!(ended(&engine, "x").await["State"], "CANCELLED");
    let listed = engine.call("ListReplays", json!({"State": "CANCELLED", "NamePrefix": "x"})).await;
    assert_eq!(listed["Replays"][0]["ReplayName"], "x");
}

#[tokio::test]
async fn a_replay_goes_on_after_a_restart_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    {
        let engine = engine_in(&location, START);
        archive(&engine, json!({})).await;
        for minute in 0..200 {
            let entry = json!({"Source": "s", "DetailType": "t", "Detail": "{}", "Time": SECOND + minute * 60});
            engine.call("PutEvents", json!({"Entries": vec![entry; 10]})).await;
        }
        let queue = engine.queue("q").await;
        engine.rule("r", r#"{"source":["s"]}"#, &queue, json!({})).await;
        engine.call("StartReplay", replay("again", SECOND, SECOND + 200 * 60)).await;
        until("some of it", async || {
            let replay = engine.call("DescribeReplay", json!({"ReplayName": "again"})).await;
            replay["EventLastReplayedTime"].is_number()
        })
        .await;
        engine.platform.stop().await;
    }
    let engine = stopped_engine_in(&location, START + 1000);
    let before = engine.call("DescribeReplay", json!({"ReplayName": "again"})).await;
    assert_eq!(before["State"], "RUNNING");
    engine.bridge.start();
    assert_eq!(ended(&engine, "again").await["State"], "COMPLETED");
    until("all to be delivered", async || {
        engine.clock.advance(Duration::from_millis(20));
        engine.pending().await == 0
    })
    .await;
    let received = engine.receive("q", 2000).await;
    let ids: BTreeSet<String> = received.iter().map(|message| body(message)["id"].to_string()).collect();
    assert_eq!((received.len(), ids.len()), (2000, 2000), "each of them, and none twice");
    settle().await;
    assert!(engine.is_empty("q").await);
}

#[tokio::test]
async fn archived_events_go_when_they_are_older_than_the_archive_keeps_them() {
    let engine = engine();
    archive(&engine, json!({"RetentionDays": 1})).await;
    engine.put_at(SECOND, json!({})).await;
    engine.put_at(SECOND + 3 * 3600, json!({})).await;
    let hour = Duration::from_secs(3600);
    for _ in 0..25 {
        // It waits for the next hour once it has deleted what it had to.
        let moment = engine.next_wake(hour).await;
        engine.clock.advance_to(moment);
    }
    engine.next_wake(hour).await;
    assert_eq!(event_count(&engine).await, 1);
    let description = engine.call("DescribeArchive", json!({"ArchiveName": "a"})).await;
    assert!(description["SizeBytes"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn refusals_have_the_texts_of_aws() {
    let engine = engine();
    engine.call("CreateEventBus", json!({"Name": "b"})).await;
    archive(&engine, json!({})).await;
    engine.call("StartReplay", replay("taken", SECOND, SECOND + 1)).await;
    let to = |bus: &str| {
        let mut input = replay("new", SECOND, SECOND + 1);
        input["Destination"]["Arn"] = arn("events", &format!("event-bus/{bus}")).into();
        input
    };
    let mut from_nowhere = replay("new", SECOND, SECOND + 1);
    from_nowhere["EventSourceArn"] = arn("events", "archive/x").into();
    let archive_of = |name: &str, bus: &str| json!({"ArchiveName": name, "EventSourceArn": arn("events", &format!("event-bus/{bus}"))});
    let nothing = "At least one of EventPattern, RetentionDays or Description must be provided.";
    let order = "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.";
    for (operation, input, code, message) in [
        ("CreateArchive", archive_of("a", "default"), "ResourceAlreadyExistsException", "Archive a already exists."),
        ("CreateArchive", archive_of("c", "x"), "ResourceNotFoundException", "Event bus x does not exist."),
        (
            "ListArchives",
            json!({"EventSourceArn": arn("events", "event-bus/x")}),
            "ResourceNotFoundException",
            "Event bus x does not exist.",
        ),
        ("DescribeArchive", json!({"ArchiveName": "x"}), "ResourceNotFoundException", "Archive x does not exist."),
        ("DeleteArchive", json!({"ArchiveName": "x"}), "ResourceNotFoundException", "Archive x does not exist."),
        ("UpdateArchive", json!({"ArchiveName": "x"}), "ValidationException", nothing),
        (
            "StartReplay",
            from_nowhere,
            "ValidationException",
            "Parameter EventSourceArn is not valid. Reason: Archive x does not exist.",
        ),
        ("StartReplay", to("x"), "ResourceNotFoundException", "Event bus x does not exist."),
        (
            "StartReplay",
            to("b"),
            "ValidationException",
            "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
        ),
        ("StartReplay", replay("new", SECOND, SECOND), "ValidationException", order),
        ("StartReplay", replay("new", SECOND, SECOND - 10), "ValidationException", order),
        (
            "StartReplay",
            replay("taken", SECOND, SECOND + 1),
            "ResourceAlreadyExistsException",
            "Replay taken already exists.",
        ),
        ("DescribeReplay", json!({"ReplayName": "x"}), "ResourceNotFoundException", "Replay x does not exist."),
    ] {
        let expected = (code.to_owned(), message.to_owned());
        assert_eq!(engine.refusal(operation, input.clone()).await, expected, "{operation} {input}");
    }
}

#[tokio::test]
async fn the_eleventh_replay_at_a_time_is_refused() {
    let engine = engine();
    archive(&engine, json!({})).await;
    // All start before any of them gets to run: a replay needs the thread that this test holds.
    let starts = (0..11).map(|n| engine.try_call("StartReplay", replay(&format!("r{n}"), SECOND, SECOND + 1)));
    let mut refused = 0;
    for start in starts {
        if let Err(error) = start.await {
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                ("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
            );
            refused += 1;
        }
    }
    assert!(refused <= 1, "the first may have ended before the eleventh began");
}
