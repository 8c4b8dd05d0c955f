//! A job of MediaConvert over the wire, and through `kill -9`; skipped with a line where ffmpeg is missing.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;
use std::process::Command;

use aws_sdk_mediaconvert::types::{
    AacCodingMode, AacSettings, AudioCodec, AudioCodecSettings, AudioDefaultSelection, AudioDescription, AudioSelector,
    ContainerSettings, ContainerType, FileGroupSettings, H264RateControlMode, H264Settings, Input, Job, JobPhase,
    JobSettings, JobStatus, Output, OutputGroup, OutputGroupSettings, OutputGroupType, VideoCodec, VideoCodecSettings,
    VideoDescription,
};
use aws_sdk_mediaconvert::{Client, error::ProvideErrorMetadata};
use support::{Sluice, eventually};

const ROLE: &str = "arn:aws:iam::000000000000:role/transcoder";

#[allow(clippy::print_stderr)]
fn has_ffmpeg() -> bool {
    let has = ["ffmpeg", "ffprobe"].iter().all(|program| Command::new(program).arg("-version").output().is_ok());
    if !has {
        eprintln!("skipped: this test needs ffmpeg (`sudo apt-get install ffmpeg`)");
    }
    has
}

/// A film of this length, moving enough to take a while.
fn film(file: &Path, seconds: u32) {
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
    ffmpeg.args(["-t", &seconds.to_string(), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]);
    assert!(ffmpeg.args(["-pix_fmt", "yuv420p"]).arg(file).status().unwrap().success());
}

fn settings(input: &str) -> JobSettings {
    let h264 = H264Settings::builder().rate_control_mode(H264RateControlMode::Vbr).bitrate(800_000).build();
    let codec = VideoCodecSettings::builder().codec(VideoCodec::H264).h264_settings(h264).build();
    let aac =
        AacSettings::builder().bitrate(64_000).coding_mode(AacCodingMode::CodingMode10).sample_rate(48_000).build();
    let sound = AudioCodecSettings::builder().codec(AudioCodec::Aac).aac_settings(aac).build();
    let sound = AudioDescription::builder().audio_source_name("the sound").codec_settings(sound).build();
    let output = Output::builder()
        .name_modifier("-small")
        .container_settings(ContainerSettings::builder().container(ContainerType::Mp4).build())
        .video_description(VideoDescription::builder().height(180).codec_settings(codec).build())
        .audio_descriptions(sound)
        .build();
    let files = FileGroupSettings::builder().destination("s3://films/made/").build();
    let group = OutputGroupSettings::builder().r#type(OutputGroupType::FileGroupSettings).file_group_settings(files);
    let selector = AudioSelector::builder().default_selection(AudioDefaultSelection::Default).build();
    JobSettings::builder()
        .inputs(Input::builder().file_input(input).audio_selectors("the sound", selector).build())
        .output_groups(OutputGroup::builder().output_group_settings(group.build()).outputs(output).build())
        .build()
}

fn s3(sluice: &Sluice) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(&sluice.sdk()).force_path_style(true);
    aws_sdk_s3::Client::from_conf(config.build())
}

async fn job(client: &Client, id: &str) -> Job {
    client.get_job().id(id).send().await.unwrap().job.unwrap()
}

/// The processes whose command line names the folder.
fn processes_in(folder: &Path) -> usize {
    let folder = folder.to_str().unwrap();
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = all.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(folder)).count()
}

#[tokio::test]
async fn a_job_that_was_under_way_at_kill_9_is_begun_again_and_ffmpeg_is_gone() {
    if !has_ffmpeg() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let serve = || Sluice::serve(&["--data", data.path().to_str().unwrap()]);
    let sluice = serve();
    let file = tempfile::NamedTempFile::with_suffix(".mp4").unwrap();
    film(file.path(), 120);
    s3(&sluice).create_bucket().bucket("films").send().await.unwrap();
    let body = std::fs::read(file.path()).unwrap();
    s3(&sluice).put_object().bucket("films").key("long.mp4").body(body.into()).send().await.unwrap();
    let client = Client::new(&sluice.sdk());
    let created = client.create_job().role(ROLE).settings(settings("s3://films/long.mp4")).send().await.unwrap();
    let id = created.job.unwrap().id.unwrap();
    eventually("it transcodes", || async {
        let job = job(&client, &id).await;
        let transcodes = job.current_phase == Some(JobPhase::Transcoding) && job.job_percent_complete > Some(5);
        transcodes.then_some(())
    })
    .await;
    sluice.kill();
    eventually("ffmpeg dies with the engine", || async { (processes_in(data.path()) == 0).then_some(()) }).await;

    let sluice = serve();
    let client = Client::new(&sluice.sdk());
    let done = eventually("it is done", || async {
        let job = job(&client, &id).await;
        (job.status == Some(JobStatus::Complete)).then_some(job)
    })
    .await;
    assert_eq!(done.retry_count, Some(1));
    let made = s3(&sluice).head_object().bucket("films").key("made/long-small.mp4").send().await.unwrap();
    assert!(made.content_length().unwrap() > 100_000);
    let details = done.output_group_details()[0].output_details()[0].video_details().unwrap().height_in_px();
    assert_eq!(details, Some(180));
}

#[tokio::test]
async fn a_setting_that_is_not_honoured_is_named_over_the_wire() {
    if !has_ffmpeg() {
        return;
    }
    let sluice = Sluice::serve(&["--ephemeral"]);
    let client = Client::new(&sluice.sdk());
    let mut wanted = settings("s3://films/a.mp4");
    wanted.kantar_watermark =
        Some(aws_sdk_mediaconvert::types::KantarWatermarkSettings::builder().channel_name("c").build());
    let refused = client.create_job().role(ROLE).settings(wanted).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("BadRequestException"));
    let message = refused.into_service_error().message().unwrap_or_default().to_owned();
    assert!(message.starts_with("/kantarWatermark/channelName: sluice does not honour this setting"), "{message}");
}
