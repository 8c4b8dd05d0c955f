//! The results of a map run: the state's output, and the objects of a `ResultWriter`.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html>

use std::fmt::Write as _;

use asl::{Batch, MapRun, Payload, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clock::Timestamp;
use serde_json::{Map, Value as Json, json};
use service::Services;

use super::children::Child;

/// The error name that the map run fails with when results can't be written.
pub(super) const ERROR: &str = "States.ResultWriterFailed";
/// When a file has become so large, in bytes, the next one begins.
const FILE: usize = 64 << 20;

/// How the children of a run ended, those that did not with what they are given.
pub(super) struct Results<'a> {
    ended: Vec<Option<Child>>,
    batches: &'a [Batch],
    machine: String,
}

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transformation {
    /// All that is known of the child.
    None,
    /// The output alone.
    Compact,
    /// The output alone; arrays item by item.
    Flatten,
}

impl<'a> Results<'a> {
    pub(super) fn new(run: &MapRun, ended: Vec<Option<Child>>, batches: &'a [Batch]) -> Self {
        let base = run.arn.rsplit_once(':').map_or(&*run.arn, |(base, _)| base);
        Self { ended, batches, machine: base.replacen(":mapRun:", ":stateMachine:", 1) }
    }

    fn succeeded(&self) -> impl Iterator<Item = &Child> {
        self.ended.iter().flatten().filter(|child| child.succeeded())
    }

    fn failed(&self) -> impl Iterator<Item = &Child> {
        self.ended.iter().flatten().filter(|child| !child.succeeded())
    }

    fn pending(&self) -> impl Iterator<Item = &Batch> {
        self.ended.iter().zip(self.batches).filter(|(child, _)| child.is_none()).map(|(_, batch)| batch)
    }

    /// The texts of what succeeded.
    fn texts(&self, transformation: Transformation) -> Vec<String> {
        let mut texts = Vec::new();
        for child in self.succeeded() {
            let output = child.output.as_deref().unwrap_or("null");
            match transformation {
                Transformation::None => texts.push(whole(child).to_string()),
                Transformation::Compact => texts.push(output.to_owned()),
                Transformation::Flatten => match Payload::parse(output).as_ref().map(Payload::value) {
                    Ok(Value::Array(items)) => texts.extend(items.iter().map(Value::to_text)),
                    _ => texts.push(output.to_owned()),
                },
            }
        }
        texts
    }
}

/// Writes the results where the run wants them; answers the state's result. Fails with AWS's words for the cause.
pub(super) async fn write(services: &Services, run: &MapRun, results: &Results<'_>) -> Result<Payload, String> {
    let writer = run.writer.as_ref();
    let exports = writer.is_some_and(|writer| writer.get("Resource").is_some());
    let config = writer.and_then(|writer| writer.get("WriterConfig"));
    let setting = |name: &str| config.and_then(|config| config.get(name)?.as_str());
    let transformation = match setting("Transformation") {
        Some("FLATTEN") => Transformation::Flatten,
        Some("COMPACT") => Transformation::Compact,
        Some("NONE") => Transformation::None,
        None if exports => Transformation::None,
        None => Transformation::Compact,
        Some(other) => {
            return Err(format!("The transformation {other} is not supported; use NONE, COMPACT or FLATTEN"));
        }
    };
    let lines = match setting("OutputType") {
        None | Some("JSON") => false,
        Some("JSONL") => true,
        Some(other) => return Err(format!("The output type {other} is not supported; use JSON or JSONL")),
    };
    let parsed = |text: &str| Payload::parse(text).map_err(|error| format!("a result is not JSON: {error}"));
    match writer.filter(|_| exports) {
        Some(writer) => {
            let details = export(services, run, writer, results, (transformation, lines)).await?;
            parsed(&details.to_string())
        }
        None if lines => Ok(Payload::from(Value::from(joined(&results.texts(transformation), true)))),
        None => parsed(&joined(&results.texts(transformation), false)),
    }
}

async fn export(
    services: &Services,
    run: &MapRun,
    writer: &Value,
    results: &Results<'_>,
    (transformation, lines): (Transformation, bool),
) -> Result<Json, String> {
    let resource = writer.get("Resource").and_then(Value::as_str).unwrap_or_default();
    if !resource.ends_with(":::s3:putObject") {
        return Err(format!("sluice does not have the result writer {resource}; use arn:aws:states:::s3:putObject"));
    }
    let parameters = ["Parameters", "Arguments"].iter().find_map(|name| writer.get(name));
    let parameter = |name: &str| parameters.and_then(|parameters| parameters.get(name)?.as_str());
    let bucket = parameter("Bucket").ok_or("The result writer has no Bucket")?;
    let id = run.arn.rsplit(':').next().unwrap_or_default();
    let folder =
        match parameter("Prefix").map(|prefix| prefix.trim_end_matches('/')).filter(|prefix| !prefix.is_empty()) {
            Some(prefix) => format!("{prefix}/{id}"),
            None => id.to_owned(),
        };
    let pending = |batch: &Batch| {
        json!({"Input": &**batch.input.text(), "InputDetails": {"Included": true}, "StateMachineArn": results.machine, "Status": "PENDING"})
            .to_string()
    };
    let kinds = [
        ("FAILED", results.failed().map(|child| whole(child).to_string()).collect()),
        ("PENDING", results.pending().map(pending).collect()),
        ("SUCCEEDED", results.texts(transformation)),
    ];
    let mut files = Map::new();
    for (kind, texts) in kinds {
        let lines = lines && kind == "SUCCEEDED";
        let mut written = Vec::new();
        for (number, part) in parts(&texts).into_iter().enumerate() {
            let key = format!("{folder}/{kind}_{number}.{}", if lines { "jsonl" } else { "json" });
            let text = joined(part, lines);
            put(services, bucket, &key, &text).await?;
            written.push(json!({"Key": key, "Size": text.len()}));
        }
        files.insert(kind.to_owned(), Json::from(written));
    }
    let manifest = json!({"DestinationBucket": bucket, "MapRunArn": &*run.arn, "ResultFiles": files});
    let key = format!("{folder}/manifest.json");
    put(services, bucket, &key, &manifest.to_string()).await?;
    Ok(json!({"MapRunArn": &*run.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}))
}

async fn put(services: &Services, bucket: &str, key: &str, text: &str) -> Result<(), String> {
    let object = json!({
        "Bucket": bucket,
        "Key": key,
        "Body": STANDARD.encode(text),
        "ContentType": "application/json",
    });
    services.call("s3", "PutObject", object).await.map(drop).map_err(|error| crate::integrations::s3_cause(&error))
}

/// Runs of texts that make files of a bearable size.
fn parts(texts: &[String]) -> Vec<&[String]> {
    let mut parts = Vec::new();
    let (mut begin, mut size) = (0, 0);
    for (place, text) in texts.iter().enumerate() {
        if size > 0 && size + text.len() > FILE {
            parts.push(&texts[begin..place]);
            (begin, size) = (place, 0);
        }
        size += text.len();
    }
    if begin < texts.len() {
        parts.push(&texts[begin..]);
    }
    parts
}

fn joined(texts: &[String], lines: bool) -> String {
    if !lines {
        return format!("[{}]", texts.join(","));
    }
    texts.iter().fold(String::new(), |mut all, text| {
        // Writing to a string cannot fail.
        let _ = writeln!(all, "{text}");
        all
    })
}

/// All that is known of a child, as AWS writes it.
fn whole(child: &Child) -> Json {
    let mut members = Map::new();
    let mut insert = |name: &str, value: Json| drop(members.insert(name.to_owned(), value));
    for (name, text) in [("Cause", &child.cause), ("Error", &child.error)] {
        if let Some(text) = text {
            insert(name, json!(text));
        }
    }
    insert("ExecutionArn", json!(child.arn));
    insert("Input", json!(child.input));
    insert("InputDetails", json!({"Included": true}));
    insert("Name", json!(child.name));
    if let Some(output) = &child.output {
        insert("Output", json!(output));
        insert("OutputDetails", json!({"Included": true}));
    }
    insert("RedriveCount", json!(child.redrive_count));
    if let Some(at) = child.redrive_date {
        insert("RedriveDate", json!(at.to_rfc3339_millis()));
    }
    let redrivable = !child.succeeded() && !child.not_redrivable;
    insert("RedriveStatus", json!(if redrivable { "REDRIVABLE_BY_MAP_RUN" } else { "NOT_REDRIVABLE" }));
    if child.succeeded() {
        insert("RedriveStatusReason", json!("Execution is SUCCEEDED and cannot be redriven"));
    }
    insert("StartDate", json!(child.started_at.to_rfc3339_millis()));
    insert("StateMachineArn", json!(child.machine));
    insert("Status", json!(child.status));
    insert("StopDate", json!(child.stopped_at.map(Timestamp::to_rfc3339_millis)));
    Json::Object(members)
}
