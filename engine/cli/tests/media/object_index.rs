//! The object index hears of what happens in any order, and more than once.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::objects::entry;
use crate::support::Sluice;

/// Tells the index of an object that is no media's; whether that was news.
fn tell(sluice: &Sluice, what: &str, sequencer: &str, size: u64) -> bool {
    let object = json!({"key": "notes/a.txt", "size": size, "etag": format!("e{size}"), "sequencer": sequencer});
    let detail = json!({"bucket": {"name": "elsewhere"}, "object": object});
    let event = json!({"detail-type": what, "time": "2026-11-21T08:00:00Z", "detail": detail});
    let told: Value = sluice.aws_post("/2015-03-31/functions/media-index/invocations", &event);
    told["indexed"].as_bool().unwrap_or_else(|| panic!("{told}"))
}

/// Size and whether it is gone.
async fn known(sluice: &Sluice) -> (Option<String>, bool) {
    let entry = entry(sluice, "elsewhere/notes/a.txt").await.unwrap();
    let bytes = entry.get("bytes").and_then(|bytes| bytes.as_n().ok()).cloned();
    (bytes, entry.get("deleted") == Some(&AttributeValue::Bool(true)))
}

#[tokio::test]
async fn what_happened_last_stays_whatever_comes_after_it() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let there = |bytes: u64| (Some(bytes.to_string()), false);
    let gone = (None, true);
    let (created, deleted) = ("Object Created", "Object Deleted");
    for (what, sequencer, size, is_news, after) in [
        (created, "B0", 2, true, there(2)),
        (created, "A0", 1, false, there(2)),
        (created, "B0", 2, false, there(2)),
        (created, "FF", 3, true, there(3)),
        // Longer numbers are greater ones.
        (created, "100", 4, true, there(4)),
        (deleted, "1A0", 0, true, gone.clone()),
        (created, "180", 5, false, gone.clone()),
        (deleted, "190", 0, false, gone.clone()),
        (created, "1b0", 6, true, there(6)),
        (deleted, "1A0", 0, false, there(6)),
    ] {
        assert_eq!(tell(&sluice, what, sequencer, size), is_news, "{what} {sequencer}");
        assert_eq!(known(&sluice).await, after, "{what} {sequencer}");
    }
}
