//! A film from its upload to its stream; skipped with a line where ffmpeg is missing.

use std::process::Command;

use serde_json::{Value, json};

use crate::client::{File, get, ready, upload};
use crate::support::Sluice;

#[allow(clippy::print_stderr)]
fn has_ffmpeg() -> bool {
    let has = ["ffmpeg", "ffprobe"].iter().all(|program| Command::new(program).arg("-version").output().is_ok());
    if !has {
        eprintln!("skipped: this test needs ffmpeg (`sudo apt-get install ffmpeg`)");
    }
    has
}

/// A film of two seconds with sound.
fn film() -> File {
    let file = tempfile::NamedTempFile::with_suffix(".mp4").unwrap();
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args([
        "-y",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=640x360:rate=25",
        "-f",
        "lavfi",
        "-i",
        "sine",
    ]);
    ffmpeg.args(["-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]);
    assert!(ffmpeg.arg(file.path()).status().unwrap().success());
    File { name: "walk.mp4", content_type: "video/mp4", content: std::fs::read(file.path()).unwrap() }
}

/// The addresses that a playlist names, made absolute.
fn addresses(playlist: &Value) -> Vec<Value> {
    let answer = get(playlist);
    assert_eq!(answer.status, 200, "{playlist}: {}", answer.text());
    assert_eq!(answer.headers["content-type"], "application/vnd.apple.mpegurl");
    let (folder, _) = playlist.as_str().unwrap().rsplit_once('/').unwrap();
    let text = answer.text();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| json!(if line.contains("://") { line.to_owned() } else { format!("{folder}/{line}") })).collect()
}

#[tokio::test]
async fn every_segment_of_a_films_stream_can_be_read() {
    if !has_ffmpeg() {
        return;
    }
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, &film(), json!({}));
    let media = ready(&sluice, &id).await;
    assert_eq!((&media["kind"], &media["progress"], &media["width"]), (&json!("VIDEO"), &json!(100), &json!(640)));
    let variant = |format: &str| {
        let variants = media["variants"].as_array().unwrap();
        variants
            .iter()
            .find(|variant| variant["format"] == format)
            .unwrap_or_else(|| panic!("{format}: {media}"))
            .clone()
    };
    assert_eq!(&get(&variant("MP4")["url"]).body[4..8], b"ftyp");
    assert!(get(&variant("JPEG")["url"]).body.starts_with(b"\xff\xd8\xff"));

    let renditions = addresses(&variant("HLS")["url"]);
    assert!(!renditions.is_empty());
    for rendition in &renditions {
        let segments = addresses(rendition);
        assert!(!segments.is_empty(), "{rendition}");
        for segment in segments {
            let answer = get(&segment);
            assert_eq!((answer.status, answer.body.first()), (200, Some(&0x47)), "{segment}: a transport stream");
        }
    }
    let other = json!(format!("{}/media/{id}/stream/other.m3u8", sluice.web));
    assert_eq!(get(&other).status, 404);
}
