//! What stream records become: `publish-cases/*.json` hold the records of a batch and the events expected of them.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use events::Contract;
use function::Step;
use serde_json::{Value, json};
use todo::steps::PublishChanges;

async fn publish(records: &Value) -> Result<Value, function::Failure> {
    let records = serde_json::from_value(records.clone()).unwrap();
    PublishChanges.run(records).await.map(|publications| serde_json::to_value(publications).unwrap())
}

fn cases() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/publish-cases");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), serde_json::from_slice(&fs::read(&path).unwrap()).unwrap())
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

#[tokio::test]
async fn every_case_becomes_the_events_it_expects() {
    for (path, case) in cases() {
        let published = publish(&case["records"]).await.unwrap();
        assert_eq!(published, case["expected"], "{path}: {}", serde_json::to_string_pretty(&published).unwrap());
    }
}

#[tokio::test]
async fn what_is_published_is_declared_and_fits_its_schema() {
    for (path, case) in cases() {
        for publication in publish(&case["records"]).await.unwrap().as_array().unwrap() {
            let contract = Contract::named(publication["detailType"].as_str().unwrap()).unwrap();
            let envelope = json!({
                "version": "0", "id": "1", "detail-type": contract.detail_type, "source": publication["source"],
                "account": "000000000000", "time": "2026-11-21T08:00:00Z", "region": "us-east-1", "resources": [],
                "detail": publication["detail"],
            });
            jsonschema::validate(&contract.schema(), &envelope).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }
}

#[tokio::test]
async fn a_record_that_is_read_again_keeps_its_event_id_and_another_has_another() {
    let (_, case) = cases().into_iter().find(|(path, _)| path.ends_with("created.json")).unwrap();
    let mut other = case["records"].clone();
    other[0]["eventID"] = json!("another");
    let first = publish(&case["records"]).await.unwrap();
    assert_eq!(first, publish(&case["records"]).await.unwrap());
    assert_ne!(first[0]["detail"]["eventId"], publish(&other).await.unwrap()[0]["detail"]["eventId"]);
}

#[tokio::test]
async fn an_item_that_is_no_todo_fails_the_batch_and_names_the_record() {
    let record = json!([{
        "eventID": "f00", "eventName": "INSERT",
        "dynamodb": {"ApproximateCreationDateTime": 1795248000, "NewImage": {"id": {"S": "1"}}},
    }]);
    let failure = publish(&record).await.unwrap_err();
    assert_eq!(failure.error_type, "Todo.InvalidRecord");
    assert!(failure.message.contains("stream record f00: "), "{}", failure.message);
}
