//! What queries read, and how they show it.

use serde_json::{Value, json};

use crate::support::playing;
use schema_testing::Aws;

const ID: &str = "019aa5b0-3c00-7d53-9c31-5a2f6b1de001";

fn item(number: u32, status: &str) -> Value {
    let created_at = format!("2026-11-21T08:00:00.{number:03}Z");
    let variant = json!({"M": {
        "name": {"S": "card"}, "contentType": {"S": "image/webp"}, "key": {"S": "media/1/card.webp"},
        "width": {"N": "800"}, "height": {"N": "600"}, "bytes": {"N": "17116"},
    }});
    json!({
        "id": {"S": number.to_string()}, "owner": {"S": "ada"}, "fileName": {"S": format!("{number}.jpg")},
        "contentType": {"S": "image/jpeg"}, "bytes": {"N": "5000000000"}, "status": {"S": status}, "kind": {"S": "IMAGE"},
        "version": {"N": "1"}, "createdAt": {"S": created_at}, "updatedAt": {"S": created_at},
        "position": {"S": format!("{created_at}#{number}")}, "attempt": {"N": "0"}, "variants": {"L": [variant]},
        "upload": {"M": {"checksum": {"S": "abc="}, "key": {"S": "uploads/1/lake.jpg"}}},
        "duplicates": {"L": [{"S": "7"}]}, "dominantColour": {"S": "#d8dbdd"},
    })
}

fn one(item: Value) -> Aws {
    playing(move |operation, input| {
        assert_eq!((operation, &input["ConsistentRead"]), ("GetItem", &json!(true)));
        (200, json!({"Item": item}))
    })
}

async fn media(aws: &Aws, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ media(id: $id) {{ {fields} }} }}");
    let mut answer = aws.query(&query, json!({"id": ID})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["media"].take()
}

#[tokio::test]
async fn a_media_is_shown_with_what_was_made_of_it() {
    let aws = one(item(1, "READY"));
    let shown = media(&aws, "status kind bytes checksum duplicateOf dominantColor rejection { code } progress").await;
    let expected = json!({
        "status": "READY", "kind": "IMAGE", "bytes": 5_000_000_000_u64, "checksum": "abc=", "duplicateOf": ["7"],
        "dominantColor": "#d8dbdd", "rejection": null, "progress": null,
    });
    assert_eq!(shown, expected);
    let shown = media(&aws, "variants { name format contentType width height bytes }").await;
    let expected = json!([{
        "name": "card", "format": "WEBP", "contentType": "image/webp", "width": 800, "height": 600, "bytes": 17116,
    }]);
    assert_eq!(shown["variants"], expected);
}

#[tokio::test]
async fn the_address_of_a_variant_is_signed_for_an_hour_and_nothing_is_asked_for_it() {
    let aws = one(item(1, "READY"));
    let shown = media(&aws, "variants { url }").await;
    let url = shown["variants"][0]["url"].as_str().unwrap();
    assert!(url.contains("/results/media/1/card.webp?"), "{url}");
    assert!(url.contains("X-Amz-Expires=3600") && url.contains("X-Amz-Signature="), "{url}");
    assert_eq!(aws.calls().len(), 1);
}

#[tokio::test]
async fn the_address_of_a_stream_is_one_that_answers_playlists() {
    let mut item = item(1, "READY");
    item["variants"] = json!({"L": [{"M": {
        "name": {"S": "hls"}, "contentType": {"S": "application/vnd.apple.mpegurl"}, "key": {"S": "media/1/video/a-0/film.m3u8"},
    }}]});
    let shown = media(&one(item), "variants { format url bytes }").await;
    let url = "https://api.example/media/1/stream/film.m3u8";
    assert_eq!(shown["variants"], json!([{"format": "HLS", "url": url, "bytes": null}]));
}

#[tokio::test]
async fn a_rejection_is_told_by_its_name() {
    let mut item = item(1, "REJECTED");
    item["reason"] = json!({"M": {"code": {"S": "Media.Truncated"}, "message": {"S": "it ends early"}}});
    item.as_object_mut().unwrap().remove("kind");
    let shown = media(&one(item), "status kind rejection { code message }").await;
    let rejection = json!({"code": "Media.Truncated", "message": "it ends early"});
    assert_eq!(shown, json!({"status": "REJECTED", "kind": "UNKNOWN", "rejection": rejection}));
}

#[tokio::test]
async fn what_was_deleted_is_listed_only_when_asked_for() {
    let aws = playing(|_, input| {
        assert_eq!(input["ExpressionAttributeValues"][":owner"]["S"], "ada");
        let items = [item(1, "READY"), item(2, "DELETED"), item(3, "PENDING")];
        (200, json!({"Items": items, "Count": 3, "ScannedCount": 3}))
    });
    for (filter, expected) in [
        ("", json!(["1", "3"])),
        (", filter: {statuses: [DELETED]}", json!(["2"])),
        (", filter: {statuses: [READY, PENDING], kind: IMAGE}", json!(["1", "3"])),
        (", filter: {kind: VIDEO}", json!([])),
    ] {
        let query =
            format!("{{ mediaByOwner(owner: \"ada\"{filter}) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}");
        let answer = aws.query(&query, json!({})).await;
        let nodes = answer["data"]["mediaByOwner"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).iter();
        assert_eq!(Value::from(nodes.map(|node| node["id"].clone()).collect::<Vec<_>>()), expected, "{filter}");
    }
}

#[tokio::test]
async fn other_subgraphs_refer_to_media_by_id() {
    let query = "query($them: [_Any!]!) { _entities(representations: $them) { ... on Media { fileName } } }";
    let answer = one(item(1, "READY")).query(query, json!({"them": [{"__typename": "Media", "id": ID}]})).await;
    assert_eq!(answer["data"]["_entities"], json!([{"fileName": "1.jpg"}]));
}
