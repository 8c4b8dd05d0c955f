//! What ffmpeg makes of settings, checked with ffprobe.

use serde_json::{Value, json};

use crate::engine::{aac, clip, engine, ffprobe, h264, has_ffmpeg, make, mp4};

/// Two renditions with captions, an MP4 file and poster frames.
fn everything() -> Value {
    let mut settings = mp4("s3://uploads/u/clip.mp4", 90);
    let rendition = |name: &str, height: u64| {
        json!({
            "NameModifier": name, "ContainerSettings": {"Container": "M3U8"},
            "VideoDescription": h264(height), "AudioDescriptions": aac(),
        })
    };
    settings["Inputs"][0]["CaptionSelectors"]["Text"]["SourceSettings"] =
        json!({"SourceType": "SRT", "FileSourceSettings": {"SourceFile": "s3://uploads/u/clip.srt"}});
    let captions = json!({
        "NameModifier": "_eng", "ContainerSettings": {"Container": "M3U8"},
        "CaptionDescriptions": [{
            "CaptionSelectorName": "Text", "LanguageCode": "ENG", "LanguageDescription": "English",
            "DestinationSettings": {"DestinationType": "WEBVTT"},
        }],
    });
    settings["OutputGroups"][0]["Outputs"].as_array_mut().unwrap().push(json!({
        "NameModifier": "-poster", "ContainerSettings": {"Container": "RAW"},
        "VideoDescription": {"CodecSettings": {"Codec": "FRAME_CAPTURE", "FrameCaptureSettings": {
            "FramerateNumerator": 1, "FramerateDenominator": 2, "MaxCaptures": 5, "Quality": 80,
        }}},
    }));
    let hls = json!({"Destination": "s3://media/stream/main", "SegmentLength": 1, "MinSegmentLength": 0});
    settings["OutputGroups"].as_array_mut().unwrap().push(json!({
        "OutputGroupSettings": {"Type": "HLS_GROUP_SETTINGS", "HlsGroupSettings": hls},
        "Outputs": [rendition("_180", 180), rendition("_90", 90), captions],
    }));
    settings
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_makes_renditions_that_play_a_file_and_posters() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.put("uploads/u/clip.mp4", clip());
    engine.put("uploads/u/clip.srt", b"1\n00:00:00,500 --> 00:00:01,500\nHello\n");
    let id = engine.create(everything()).await;
    let job = engine.reaches(&id, "COMPLETE").await;
    assert_eq!(job["JobPercentComplete"], 100);
    let posters = ["clip-mp4.mp4", "clip-poster.0000000.jpg", "clip-poster.0000001.jpg"];
    assert_eq!(engine.keys("media/files/"), posters);

    let folder = tempfile::tempdir().unwrap();
    for key in engine.keys("media/stream/") {
        std::fs::write(folder.path().join(&key), engine.object(&format!("media/stream/{key}"))).unwrap();
    }
    let main = std::fs::read_to_string(folder.path().join("main.m3u8")).unwrap();
    for says in [
        "RESOLUTION=320x180,FRAME-RATE=25.000",
        "RESOLUTION=160x90",
        "CODECS=\"avc1.",
        ",mp4a.40.2\"",
        "LANGUAGE=\"eng\"",
    ] {
        assert!(main.contains(says), "{says}: {main}");
    }
    for (rendition, height) in [("main_180.m3u8", 180), ("main_90.m3u8", 90)] {
        let playlist = std::fs::read_to_string(folder.path().join(rendition)).unwrap();
        assert_eq!(playlist.matches("#EXTINF").count(), 3, "a key frame a second: {playlist}");
        let told = ffprobe(&folder.path().join(rendition));
        let seconds: f64 = told["format"]["duration"].as_str().unwrap().parse().unwrap();
        assert!((seconds - 3.0).abs() < 0.2, "{seconds}");
        let codecs: Vec<_> = told["streams"].as_array().unwrap().iter().map(|one| one["codec_name"].clone()).collect();
        assert_eq!(codecs, ["h264", "aac"]);
        assert_eq!(told["streams"][0]["height"], height);
    }
    let captions = std::fs::read_to_string(folder.path().join("main_eng_00001.vtt")).unwrap();
    assert!(captions.contains("X-TIMESTAMP-MAP=MPEGTS:126000") && captions.contains("Hello"), "{captions}");

    let file = folder.path().join("clip.mp4");
    std::fs::write(&file, engine.object("media/files/clip-mp4.mp4")).unwrap();
    let told = ffprobe(&file);
    assert_eq!((&told["streams"][0]["width"], &told["streams"][0]["height"]), (&json!(160), &json!(90)));

    let complete = engine.told("COMPLETE").await;
    let groups = &complete["outputGroupDetails"];
    assert_eq!(groups[0]["type"], "FILE_GROUP");
    assert_eq!(groups[0]["outputDetails"][0]["outputFilePaths"], json!(["s3://media/files/clip-mp4.mp4"]));
    assert_eq!(groups[0]["outputDetails"][1]["outputFilePaths"], json!(["s3://media/files/clip-poster.0000001.jpg"]));
    assert_eq!(groups[1]["playlistFilePaths"], json!(["s3://media/stream/main.m3u8"]));
    assert_eq!(groups[1]["outputDetails"][0]["videoDetails"], json!({"widthInPx": 320, "heightInPx": 180}));
    let details = job["OutputGroupDetails"][1]["OutputDetails"][0].clone();
    assert_eq!(details["VideoDetails"], json!({"WidthInPx": 320, "HeightInPx": 180}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_sees_a_job_begin_its_input_and_its_end_in_order() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.put("uploads/clip.mp4", clip());
    let input = json!({
        "Role": crate::engine::ROLE, "Settings": mp4("s3://uploads/clip.mp4", 180), "UserMetadata": {"mediaId": "m-1"},
    });
    let id = engine.call("CreateJob", input).await["Job"]["Id"].clone();
    engine.told("COMPLETE").await;
    let details = engine.details();
    let statuses: Vec<_> = details.iter().map(|detail| detail["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["PROGRESSING", "INPUT_INFORMATION", "COMPLETE"]);
    for detail in &details {
        assert_eq!((&detail["jobId"], &detail["userMetadata"]), (&id, &json!({"mediaId": "m-1"})));
        assert_eq!(detail["queue"], "arn:aws:mediaconvert:us-east-1:000000000000:queues/Default");
    }
    let input = &details[1]["inputDetails"][0];
    assert_eq!((&input["uri"], &input["id"]), (&json!("s3://uploads/clip.mp4"), &json!(1)));
    assert_eq!((&input["video"][0]["codec"], &input["video"][0]["height"]), (&json!("H_264"), &json!(180)));
    assert_eq!((&input["audio"][0]["codec"], &input["audio"][0]["streamId"]), (&json!("AAC"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_video_fails_with_the_code_of_aws_and_keeps_its_reason() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.put("uploads/garbage.mp4", &[7; 4096]);
    let id = engine.create(mp4("s3://uploads/garbage.mp4", 180)).await;
    let job = engine.reaches(&id, "ERROR").await;
    let says =
        "Unable to open input file [s3://uploads/garbage.mp4]: [Failed probe/open: [No parser found for container]]";
    assert_eq!((&job["ErrorCode"], &job["ErrorMessage"]), (&json!(1010), &json!(says)));
    let told = engine.told("ERROR").await;
    assert_eq!((&told["errorCode"], &told["errorMessage"]), (&json!(1010), &json!(says)));

    let id = engine.create(mp4("s3://uploads/absent.mp4", 180)).await;
    let job = engine.reaches(&id, "ERROR").await;
    assert_eq!(job["ErrorCode"], 1404);
    let truncated = &clip()[..clip().len() / 3];
    engine.put("uploads/truncated.mp4", truncated);
    let id = engine.create(mp4("s3://uploads/truncated.mp4", 180)).await;
    assert_eq!(engine.reaches(&id, "ERROR").await["ErrorCode"], 1010, "its index was at its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_canceled_stops_at_once_and_leaves_room() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.put("uploads/long.mp4", &make(120, "640x360"));
    engine.put("uploads/clip.mp4", clip());
    engine.call("UpdateQueue", json!({"Name": "Default", "ConcurrentJobs": 1})).await;
    let long = engine.create(mp4("s3://uploads/long.mp4", 360)).await;
    let next = engine.create(mp4("s3://uploads/clip.mp4", 90)).await;
    engine.told("INPUT_INFORMATION").await;
    assert_eq!(engine.job(&next).await["Status"], "SUBMITTED", "the queue runs one at a time");
    engine.call("CancelJob", json!({"Id": long})).await;
    assert_eq!(engine.job(&long).await["Status"], "CANCELED");
    assert_eq!(engine.told("CANCELED").await["jobId"], json!(long));
    engine.reaches(&next, "COMPLETE").await;
    assert_eq!(engine.job(&long).await["Status"], "CANCELED");
    let refused = engine.refusal("CancelJob", json!({"Id": long})).await;
    assert_eq!((refused.code.as_str(), refused.status), ("ConflictException", 409));
}

#[tokio::test(flavor = "multi_thread")]
async fn probe_tells_what_a_file_is() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.put("uploads/clip.mp4", clip());
    engine.put("uploads/garbage.mp4", &[7; 4096]);
    let answer = engine.call("Probe", json!({"InputFiles": [{"FileUrl": "s3://uploads/clip.mp4"}]})).await;
    let result = &answer["ProbeResults"][0];
    let video = &result["Container"]["Tracks"][0];
    assert_eq!(result["Container"]["Format"], "mp4");
    assert_eq!((&video["TrackType"], &video["Codec"]), (&json!("video"), &json!("AVC")));
    assert_eq!(video["VideoProperties"]["FrameRate"], json!({"Numerator": 25, "Denominator": 1}));
    assert_eq!((&video["VideoProperties"]["Width"], &video["VideoProperties"]["Height"]), (&json!(320), &json!(180)));
    assert_eq!(result["TrackMappings"][0]["AudioTrackIndexes"], json!([2]));
    assert_eq!(result["Metadata"]["FileSize"], clip().len());
    let refused = engine.refusal("Probe", json!({"InputFiles": [{"FileUrl": "s3://uploads/garbage.mp4"}]})).await;
    assert_eq!(refused.code, "BadRequestException");
}
