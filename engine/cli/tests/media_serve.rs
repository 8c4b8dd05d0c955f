//! Pictures by their address, through the front door: presets in the format that the client likes best, signed sizes, one
//! making for all who ask at once, and why there is none.
#![allow(clippy::unwrap_used)]

mod pictures;
mod support;

use std::thread;

use pictures::{announce, call, get, hills, picture, signed, upload};
use serde_json::json;
use support::{Sluice, eventually};

/// The keys of the pictures that `media-serve` says it made, in order.
fn made(sluice: &Sluice) -> Vec<String> {
    let input = json!({ "logGroupName": "/aws/lambda/media-serve", "filterPattern": "\"a picture was made\"" });
    let found = call(sluice, "Logs_20140328.FilterLogEvents", &input);
    let lines = found["events"].as_array().into_iter().flatten().map(|event| event["message"].as_str().unwrap());
    lines.map(|line| line.split("media/").nth(1).unwrap().split(['"', ' ']).next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_preset_comes_in_the_format_that_the_client_likes_and_is_kept() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, "lake", &hills(320)).await;
    let card = format!("{}/media/{id}/card", sluice.web);
    for (accept, kind) in [
        ("image/avif,image/webp,image/*,*/*;q=0.8", "image/avif"),
        ("image/webp,*/*;q=0.5", "image/webp"),
        ("*/*", "image/jpeg"),
    ] {
        let answer = get(&card, &[("accept", accept)]);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{accept}");
        assert_eq!(answer.header("vary"), Some("Accept"));
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
        assert!(!answer.body.is_empty());
        let again = get(&card, &[("accept", accept), ("if-none-match", answer.header("etag").unwrap())]);
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), answer.header("etag"));
        let other = get(&card, &[("accept", accept), ("if-none-match", "\"other\"")]);
        assert_eq!(other.status, 200);
    }
    let fixed = get(&format!("{card},format=webp"), &[("accept", "image/avif")]);
    assert_eq!((fixed.header("content-type"), fixed.header("vary")), (Some("image/webp"), None));
    assert_eq!(made(&sluice), [""; 0], "the image machine made them all before");
}

#[tokio::test]
async fn of_all_who_ask_at_once_one_makes_the_picture() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, "lake", &hills(640)).await;
    let url = format!("{}/media/{id}/full,format=webp", sluice.web);
    let bodies: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..16).map(|_| scope.spawn(|| get(&url, &[]))).collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).map(|answer| (answer.status, answer.body)).collect()
    });
    assert!(bodies.iter().all(|answer| answer.0 == 200 && *answer == bodies[0]));
    // Lines come in order: once another one is there, there is none left of those before.
    assert_eq!(get(&format!("{}/media/{id}/original,format=webp", sluice.web), &[]).status, 200);
    let (full, original) = (format!("{id}/full.webp"), format!("{id}/original.webp"));
    let lines = eventually("the log tells of the other picture", || async {
        Some(made(&sluice)).filter(|lines| lines.contains(&original))
    })
    .await;
    assert_eq!(lines, [full, original]);
}

#[tokio::test]
async fn other_sizes_need_a_signature() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, "lake", &hills(320)).await;
    let path = format!("/media/{id}/w=100,h=60,fit=cover,format=png");
    let unsigned = get(&format!("{}{path}", sluice.web), &[]);
    assert_eq!((unsigned.status, unsigned.code().as_str()), (403, "Media.Unsigned"));
    assert!(String::from_utf8_lossy(&unsigned.body).contains("thumbnail, card, full, original"));

    let url = signed(&sluice, &path);
    let answer = get(&url, &[]);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")));
    assert_eq!(answer.body[16..24], [0, 0, 0, 100, 0, 0, 0, 60], "the size that the PNG has");

    let tampered = get(&url.replace("w=100", "w=1000"), &[]);
    assert_eq!((tampered.status, tampered.code().as_str()), (403, "Media.BadSignature"));
    let nonsense = get(&format!("{}/media/{id}/w=0", sluice.web), &[]);
    assert_eq!((nonsense.status, nonsense.code().as_str()), (400, "Media.InvalidSpecification"));
}

#[tokio::test]
async fn why_there_is_no_picture_has_a_status_and_a_name() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let refused = |id: &str| {
        let answer = get(&format!("{}/media/{id}/card", sluice.web), &[]);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        (answer.status, answer.code(), answer.header("retry-after").map(str::to_owned))
    };
    for unknown in ["019aa5b0-3c00-7d53-9c31-5a2f6b1de999", "nonsense"] {
        assert_eq!(refused(unknown), (404, "Media.NotFound".to_owned(), None));
    }
    let pending = announce(&sluice, "later", &hills(64))["media"]["id"].as_str().unwrap().to_owned();
    assert_eq!(refused(&pending), (409, "Media.NotReady".to_owned(), Some("2".to_owned())));

    let id = upload(&sluice, "lake", &hills(64)).await;
    assert_eq!(get(&format!("{}/media/{id}/card", sluice.web), &[]).status, 200);
    sluice.aws_post("/2015-03-31/functions/media-delete/invocations", &json!({ "id": id }));
    assert_eq!(refused(&id), (410, "Media.Deleted".to_owned(), None));
}

#[tokio::test]
async fn a_picture_that_no_answer_can_hold_is_behind_a_redirect() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let grain = |x: u32, y: u32| {
        let mixed = (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
        let [_, red, green, blue] = (mixed ^ (mixed >> 15)).wrapping_mul(0x2745_937f).to_be_bytes();
        [red, green, blue]
    };
    let id = upload(&sluice, "grain", &picture(1400, grain)).await;
    let answer = get(&signed(&sluice, &format!("/media/{id}/format=png")), &[]);
    assert_eq!((answer.status, answer.header("cache-control")), (302, Some("public, max-age=300")));
    let large = get(answer.header("location").unwrap(), &[]);
    assert_eq!((large.status, large.header("content-type")), (200, Some("image/png")));
    assert!(large.body.len() > 4_600_000, "{}", large.body.len());
}

#[tokio::test]
async fn nobody_but_the_distribution_calls_the_function() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let url = sluice.aws_get("/2021-10-31/functions/media-serve/url")["FunctionUrl"].as_str().unwrap().to_owned();
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let path = format!("{}/media/nonsense/card", sluice.web);
    let direct = get(&path, &[("host", host)]);
    assert_eq!(direct.status, 403, "{}", String::from_utf8_lossy(&direct.body));
    assert!(String::from_utf8_lossy(&direct.body).contains("Forbidden"));
    let signed = get(&path, &[("host", host), ("authorization", "AWS4-HMAC-SHA256 Credential=x")]);
    assert_eq!((signed.status, signed.code().as_str()), (404, "Media.NotFound"));
    let page = get(&format!("{}/media/graphql", sluice.web), &[("accept", "text/html")]);
    assert_eq!(page.header("x-cache"), None, "what an API answers is no picture");
    let through = get(&path, &[]);
    assert_eq!((through.status, through.header("x-cache")), (404, Some("Miss from cloudfront")));
}
