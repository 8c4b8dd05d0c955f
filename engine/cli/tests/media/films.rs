//! A film from its upload to its stream; skipped with a line where ffmpeg is missing.

use std::path::Path;
use std::process::Command;

use aws_sdk_mediaconvert::types::{JobStatus, QueueStatus};
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};

use crate::captions::{captions_in, with_captions};
use crate::client::{File, get, media, mutate, ready, upload};
use crate::machines::{end_of, processing, run};
use crate::objects::{Objects, indexed};
use crate::support::{Sluice, eventually};

#[allow(clippy::print_stderr)]
fn has_ffmpeg() -> bool {
    let has = ["ffmpeg", "ffprobe"].iter().all(|program| Command::new(program).arg("-version").output().is_ok());
    if !has {
        eprintln!("skipped: this test needs ffmpeg (`sudo apt-get install ffmpeg`)");
    }
    has
}

fn ffmpeg(arguments: &[&str], file: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    assert!(ffmpeg.args(["-y", "-v", "error"]).args(arguments).arg(file).status().unwrap().success());
}

/// Seconds of something that moves.
fn picture(seconds: u32, file: &Path) {
    let seconds = seconds.to_string();
    let source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-t", &seconds];
    let codec = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "36", "-bf", "0", "-pix_fmt", "yuv420p"];
    ffmpeg(&[&source[..], &codec].concat(), file);
}

/// A picture with sound.
fn film_of(picture: &Path) -> File {
    let file = tempfile::NamedTempFile::with_suffix(".mp4").unwrap();
    let sources = ["-r", "25", "-i", picture.to_str().unwrap(), "-f", "lavfi", "-i", "sine", "-shortest"];
    ffmpeg(&[&sources[..], &["-c:v", "copy", "-c:a", "aac"]].concat(), file.path());
    File { name: "walk.mp4", content_type: "video/mp4", content: std::fs::read(file.path()).unwrap() }
}

/// A film of some seconds with sound.
fn film(seconds: u32) -> File {
    let file = tempfile::NamedTempFile::with_suffix(".h264").unwrap();
    picture(seconds, file.path());
    film_of(file.path())
}

/// Where a variant of that format is.
fn url_of(media: &Value, format: &str) -> Value {
    let mut variants = media["variants"].as_array().unwrap().iter();
    variants.find(|variant| variant["format"] == format).unwrap_or_else(|| panic!("{format}: {media}"))["url"].clone()
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
    let id = upload(&sluice, &film(2), json!({}));
    let media = ready(&sluice, &id).await;
    assert_eq!((&media["kind"], &media["progress"], &media["width"]), (&json!("VIDEO"), &json!(100), &json!(640)));
    assert_eq!(&get(&url_of(&media, "MP4")).body[4..8], b"ftyp");
    assert!(get(&url_of(&media, "JPEG")).body.starts_with(b"\xff\xd8\xff"));

    let renditions = addresses(&url_of(&media, "HLS"));
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

#[tokio::test]
async fn captions_in_the_picture_are_in_every_rendition() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (plain, captioned) = (folder.path().join("plain.h264"), folder.path().join("captioned.h264"));
    picture(3, &plain);
    std::fs::write(&captioned, with_captions(&std::fs::read(&plain).unwrap(), *b"HELLO ")).unwrap();
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = upload(&sluice, &film_of(&captioned), json!({}));
    let media = ready(&sluice, &id).await;

    let file = folder.path().join("made.mp4");
    std::fs::write(&file, get(&url_of(&media, "MP4")).body).unwrap();
    assert!(captions_in(&file).contains("HELLO"), "{}", captions_in(&file));
    let renditions = addresses(&url_of(&media, "HLS"));
    for rendition in &renditions {
        let segments: Vec<u8> = addresses(rendition).iter().flat_map(|segment| get(segment).body).collect();
        let file = folder.path().join("made.ts");
        std::fs::write(&file, segments).unwrap();
        assert!(captions_in(&file).contains("HELLO"), "{rendition}: {}", captions_in(&file));
    }
}

/// Uploads a film, and gives its id and the execution that waits for the job as soon as that is so far.
async fn film_whose_job_is(sluice: &Sluice, status: JobStatus, owner: &str) -> (String, String) {
    let id = upload(sluice, &film(60), json!({"owner": owner}));
    job_is(sluice, &[status]).await;
    let execution = processing(sluice, "process-video", &id).await.remove(0);
    (id, execution)
}

/// Waits until the only job is at one of these.
async fn job_is(sluice: &Sluice, wanted: &[JobStatus]) {
    let jobs = aws_sdk_mediaconvert::Client::new(&sluice.sdk());
    eventually(&format!("the job is {wanted:?}"), || async {
        let listed = jobs.list_jobs().send().await.unwrap();
        listed.jobs().first().and_then(|job| job.status()).filter(|status| wanted.contains(status)).map(drop)
    })
    .await;
}

/// Has the queue of jobs work, or wait.
async fn set_queue(sluice: &Sluice, status: QueueStatus) {
    let jobs = aws_sdk_mediaconvert::Client::new(&sluice.sdk());
    jobs.update_queue().name("sluicegate-video").status(status).send().await.unwrap();
}

async fn is_overtaken(sluice: &Sluice, id: &str, execution: &str) {
    let ended = end_of(sluice, execution).await;
    assert_eq!(ended.status(), &ExecutionStatus::Succeeded, "{:?}", ended.cause());
    let output: Value = serde_json::from_str(ended.output().unwrap()).unwrap();
    assert_eq!(output, json!({"mediaId": id, "status": "OVERTAKEN"}));
}

async fn nothing_is_left(sluice: &Sluice, id: &str) {
    let objects = Objects::of(sluice);
    eventually("nothing is left", || async { objects.of_media(id).await.is_empty().then_some(()) }).await;
}

#[tokio::test]
async fn a_film_that_is_deleted_while_its_renditions_are_made_is_called_off() {
    if !has_ffmpeg() {
        return;
    }
    let sluice = Sluice::dev(&["--ephemeral"]);
    let (id, execution) = film_whose_job_is(&sluice, JobStatus::Progressing, "ada").await;
    for _ in 0..2 {
        assert_eq!(mutate(&sluice, "deleteMedia", json!({"id": id}))["errors"], json!([]));
    }
    is_overtaken(&sluice, &id, &execution).await;
    // A quick machine may have made everything before the job's next event.
    job_is(&sluice, &[JobStatus::Canceled, JobStatus::Complete]).await;
    nothing_is_left(&sluice, &id).await;
    assert_eq!(media(&sluice, &id)["status"], "DELETED");
}

#[tokio::test]
async fn nothing_is_made_of_an_erased_persons_film_whose_job_still_waits() {
    if !has_ffmpeg() {
        return;
    }
    let sluice = Sluice::dev(&["--ephemeral"]);
    set_queue(&sluice, QueueStatus::Paused).await;
    let (id, execution) = film_whose_job_is(&sluice, JobStatus::Submitted, "fay").await;
    let erased = run(&sluice, "erase-subject", json!({"subject": "fay"})).await;
    assert_eq!(erased["media"], 1);
    is_overtaken(&sluice, &id, &execution).await;
    set_queue(&sluice, QueueStatus::Active).await;
    job_is(&sluice, &[JobStatus::Canceled, JobStatus::Error]).await;
    nothing_is_left(&sluice, &id).await;
    assert_eq!((media(&sluice, &id), indexed(&sluice, "fay").await), (Value::Null, 0));
}
