//! An engine for tests: real ffmpeg, and doubles of S3 and the bus.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clock::SystemClock;
use mediaconvert::{MediaConvert, Programs};
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use store::{Location, Store, StoreError};

pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/transcoder";

/// Objects in memory; those that are written pass by a gate that can be shut.
pub(crate) struct S3 {
    pub(crate) objects: Mutex<BTreeMap<String, Vec<u8>>>,
    pub(crate) gate: tokio::sync::Semaphore,
}

#[derive(Default)]
pub(crate) struct Bus(Mutex<Vec<Value>>);

const fn api(id: &'static str, built: &'static [&'static str]) -> Api {
    Api {
        id,
        name: id,
        target_prefix: None,
        json_version: JsonVersion::V1_0,
        query_version: None,
        routes: &[],
        operations: Operations { built, not_built: &[] },
    }
}

static S3_API: Api = api("s3", &["GetObject", "HeadObject", "PutObject"]);
static EVENTS: Api = api("events", &["PutServiceEvents"]);

#[async_trait]
impl Service for S3 {
    fn api(&self) -> &'static Api {
        &S3_API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        let key = format!("{}/{}", input["Bucket"].as_str().unwrap(), input["Key"].as_str().unwrap());
        if operation == "PutObject" {
            let _passed = self.gate.acquire().await;
            self.objects.lock().unwrap().insert(key, STANDARD.decode(input["Body"].as_str().unwrap()).unwrap());
            return Ok(json!({}));
        }
        let objects = self.objects.lock().unwrap();
        let missing = || ServiceError::client("NoSuchKey", "The specified key does not exist.").with_status(404);
        let object = objects.get(&key).ok_or_else(missing)?;
        if operation == "HeadObject" {
            return Ok(json!({"ContentLength": object.len(), "ETag": "\"e\"", "ContentType": "video/mp4"}));
        }
        let range = input["Range"].as_str().unwrap().strip_prefix("bytes=").unwrap();
        let (begin, end) = range.split_once('-').unwrap();
        let bytes = &object[begin.parse::<usize>().unwrap()..=end.parse::<usize>().unwrap()];
        Ok(json!({"Body": STANDARD.encode(bytes)}))
    }
}

#[async_trait]
impl Service for Bus {
    fn api(&self) -> &'static Api {
        &EVENTS
    }

    async fn call(&self, _operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.0.lock().unwrap().extend(input["Entries"].as_array().unwrap().iter().cloned());
        Ok(json!({"FailedEntryCount": 0}))
    }
}

pub(crate) struct Engine {
    pub(crate) platform: Platform,
    pub(crate) mediaconvert: Arc<MediaConvert>,
    pub(crate) s3: Arc<S3>,
    pub(crate) bus: Arc<Bus>,
}

pub(crate) fn engine() -> Engine {
    engine_with(&Location::Memory, Programs::on_path())
}

pub(crate) fn engine_with(location: &Location, programs: Programs) -> Engine {
    let platform = Platform::new(open(location), Arc::new(SystemClock), Scope::default());
    let s3 = Arc::new(S3 { objects: Mutex::default(), gate: tokio::sync::Semaphore::new(1_000) });
    let bus = Arc::new(Bus::default());
    platform.services.register(s3.clone());
    platform.services.register(bus.clone());
    let mediaconvert = MediaConvert::open(&platform, programs, "http://127.0.0.1:4566").unwrap();
    platform.services.register(mediaconvert.clone());
    mediaconvert.start();
    Engine { platform, mediaconvert, s3, bus }
}

/// Opens a store, once what the engine before was reading has let go of it.
fn open(location: &Location) -> Store {
    loop {
        match Store::open(location) {
            Err(StoreError::Locked { .. }) => std::thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

impl Engine {
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        self.mediaconvert.call(operation, input).await.unwrap()
    }

    pub(crate) async fn refusal(&self, operation: &str, input: Value) -> ServiceError {
        self.mediaconvert.call(operation, input).await.unwrap_err()
    }

    pub(crate) fn put(&self, key: &str, bytes: &[u8]) {
        self.s3.objects.lock().unwrap().insert(key.to_owned(), bytes.to_vec());
    }

    pub(crate) fn object(&self, key: &str) -> Vec<u8> {
        self.s3.objects.lock().unwrap().get(key).unwrap_or_else(|| panic!("there is no {key}")).clone()
    }

    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        let objects = self.s3.objects.lock().unwrap();
        objects.keys().filter_map(|key| key.strip_prefix(prefix)).map(str::to_owned).collect()
    }

    pub(crate) async fn create(&self, settings: Value) -> String {
        let created = self.call("CreateJob", json!({"Role": ROLE, "Settings": settings})).await;
        created["Job"]["Id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn job(&self, id: &str) -> Value {
        self.call("GetJob", json!({"Id": id})).await["Job"].clone()
    }

    /// The job, once it has this status.
    pub(crate) async fn reaches(&self, id: &str, status: &str) -> Value {
        let mut job = Value::Null;
        until(status, async || {
            job = self.job(id).await;
            assert!(job["Status"] == status || !is_over(&job), "{job}");
            job["Status"] == status
        })
        .await;
        job
    }

    /// The details of the events of this status, once there is one.
    pub(crate) async fn told(&self, status: &str) -> Value {
        let mut found = None;
        until(status, async || {
            found = self.details().into_iter().find(|detail| detail["status"] == status);
            found.is_some()
        })
        .await;
        found.unwrap()
    }

    pub(crate) fn details(&self) -> Vec<Value> {
        let entries = self.bus.0.lock().unwrap();
        let detail = |entry: &Value| serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        entries.iter().map(detail).collect()
    }
}

fn is_over(job: &Value) -> bool {
    ["COMPLETE", "CANCELED", "ERROR"].iter().any(|status| job["Status"] == *status)
}

/// Whether ffmpeg is here; says so when it isn't.
#[allow(clippy::print_stderr)]
pub(crate) fn has_ffmpeg() -> bool {
    let has = Programs::on_path().are_there();
    if !has {
        eprintln!("skipped: this test needs ffmpeg (`sudo apt-get install ffmpeg`)");
    }
    has
}

/// Three seconds of moving picture with a tone, 320x180.
pub(crate) fn clip() -> &'static [u8] {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| make(3, "320x180"))
}

pub(crate) fn make(seconds: u32, size: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clip.mp4");
    let picture = format!("testsrc=size={size}:rate=25");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", "sine=frequency=440"]);
    ffmpeg.args(["-t", &seconds.to_string(), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]);
    assert!(ffmpeg.args(["-c:a", "aac"]).arg(&file).status().unwrap().success());
    std::fs::read(file).unwrap()
}

/// What ffprobe tells of a file that is all there.
pub(crate) fn ffprobe(file: &Path) -> Value {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-print_format", "json", "-show_format", "-show_streams"]).arg(file);
    let output = ffprobe.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Looks again and again until `holds`.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(120), looking).await.is_ok(), "this never happened: {what}");
}

pub(crate) fn h264(height: u64) -> Value {
    json!({
        "Height": height,
        "CodecSettings": {"Codec": "H_264", "H264Settings": {
            "RateControlMode": "QVBR", "MaxBitrate": 1_000_000, "QvbrSettings": {"QvbrQualityLevel": 7},
            "GopSize": 1, "GopSizeUnits": "SECONDS", "SceneChangeDetect": "DISABLED",
        }},
    })
}

pub(crate) fn aac() -> Value {
    json!([{"AudioSourceName": "Audio Selector 1", "CodecSettings": {"Codec": "AAC", "AacSettings": {
        "Bitrate": 96_000, "CodingMode": "CODING_MODE_2_0", "SampleRate": 48_000,
    }}}])
}

/// A file as MP4.
pub(crate) fn mp4(input: &str, height: u64) -> Value {
    json!({
        "Inputs": [{"FileInput": input, "AudioSelectors": {"Audio Selector 1": {"DefaultSelection": "DEFAULT"}}}],
        "OutputGroups": [{
            "OutputGroupSettings": {
                "Type": "FILE_GROUP_SETTINGS", "FileGroupSettings": {"Destination": "s3://media/files/"},
            },
            "Outputs": [{
                "NameModifier": "-mp4", "ContainerSettings": {"Container": "MP4"},
                "VideoDescription": h264(height), "AudioDescriptions": aac(),
            }],
        }],
    })
}
