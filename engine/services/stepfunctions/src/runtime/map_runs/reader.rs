//! The items of an `ItemReader`, from Amazon S3.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>

use std::io::Read as _;
use std::sync::Arc;

use asl::{Inventory, Object, ReadFailure, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use service::{ServiceError, Services};

/// The most that a compressed object may hold, in bytes.
const MOST_BYTES: u64 = 1 << 30;

/// Reads the items that the evaluated reader yields.
pub(super) async fn read(
    services: &Services,
    resource: &str,
    parameters: &Value,
    config: &Value,
) -> Result<Vec<Value>, ReadFailure> {
    let limit = asl::max_items(config)?;
    match resource.rsplit_once(":::").map(|(_, action)| action) {
        Some("s3:listObjectsV2") => match config.get("Transformation").and_then(Value::as_str) {
            None | Some("NONE") => list(services, parameters, limit).await,
            Some("LOAD_AND_FLATTEN") => {
                let listed = list(services, parameters, usize::MAX).await?;
                let bucket = text(parameters, "Bucket")?;
                let keys =
                    listed.iter().filter_map(|object| Some((bucket.clone(), object.get("Key")?.as_str()?.to_owned())));
                of_objects(services, keys.collect(), config, limit).await
            }
            Some(other) => {
                Err(failure(format!("The transformation {other} is not supported; use NONE or LOAD_AND_FLATTEN")))
            }
        },
        Some("s3:getObject") => of_object(services, parameters, config, limit).await,
        _ => Err(failure(format!(
            "sluice does not have the item reader {resource}; use s3:getObject or s3:listObjectsV2"
        ))),
    }
}

async fn of_object(
    services: &Services,
    parameters: &Value,
    config: &Value,
    limit: usize,
) -> Result<Vec<Value>, ReadFailure> {
    let kind = |name: &str| config.get(name).and_then(Value::as_str);
    if kind("InputType") == Some("PARQUET") && kind("ManifestType").is_none() {
        // Its bytes are not text.
        return asl::read_items(config, "");
    }
    let text = get(services, parameters).await?;
    match (kind("ManifestType"), kind("InputType")) {
        (Some("ATHENA_DATA"), _) => of_objects(services, asl::listed_objects(&text)?, config, limit).await,
        (Some("S3_INVENTORY"), _) | (None, Some("MANIFEST")) => of_inventory(services, &text, limit).await,
        (Some(other), _) => {
            Err(failure(format!("The manifest type {other} is not supported; use ATHENA_DATA or S3_INVENTORY")))
        }
        (None, _) => asl::read_items(config, &text),
    }
}

/// The items of all objects, in order.
async fn of_objects(
    services: &Services,
    objects: Vec<(String, String)>,
    config: &Value,
    limit: usize,
) -> Result<Vec<Value>, ReadFailure> {
    let mut items = Vec::new();
    for (bucket, key) in objects {
        if items.len() >= limit {
            break;
        }
        let text = match config.get("InputType").and_then(Value::as_str) {
            Some("PARQUET") => String::new(),
            _ => get(services, &object([("Bucket", bucket.into()), ("Key", key.into())])).await?,
        };
        items.extend(asl::read_items(config, &text)?);
    }
    items.truncate(limit);
    Ok(items)
}

async fn of_inventory(services: &Services, manifest: &str, limit: usize) -> Result<Vec<Value>, ReadFailure> {
    let inventory = Inventory::parse(manifest)?;
    let mut items = Vec::new();
    for key in &inventory.files {
        if items.len() >= limit {
            break;
        }
        let file = object([("Bucket", inventory.bucket.clone().into()), ("Key", key.clone().into())]);
        let text = get(services, &file).await?;
        items.extend(inventory.items(&text, limit - items.len()));
    }
    Ok(items)
}

/// What there is in a bucket, as AWS tells it to children.
async fn list(services: &Services, parameters: &Value, limit: usize) -> Result<Vec<Value>, ReadFailure> {
    let mut request = Json::from(parameters);
    let mut items = Vec::new();
    loop {
        let page = services.call("s3", "ListObjectsV2", request.clone()).await.map_err(|error| told(&error))?;
        let objects = page["Contents"].as_array().into_iter().flatten();
        items.extend(objects.map(item).take(limit - items.len()));
        match page["NextContinuationToken"].as_str().filter(|_| page["IsTruncated"] == json!(true)) {
            Some(token) if items.len() < limit => request["ContinuationToken"] = json!(token),
            _ => return Ok(items),
        }
    }
}

fn item(listed: &Json) -> Value {
    let modified = listed["LastModified"].as_f64().unwrap_or(0.0);
    object([
        ("Etag", Value::from(&listed["ETag"])),
        ("LastModified", Value::from(modified as i64)),
        ("Key", Value::from(&listed["Key"])),
        ("Size", Value::from(&listed["Size"])),
        ("StorageClass", Value::from(listed["StorageClass"].as_str().unwrap_or("STANDARD"))),
    ])
}

/// An object's text; what is compressed with gzip is told by its first bytes.
async fn get(services: &Services, parameters: &Value) -> Result<String, ReadFailure> {
    let answer = services.call("s3", "GetObject", Json::from(parameters)).await.map_err(|error| told(&error))?;
    let bytes = STANDARD
        .decode(answer["Body"].as_str().unwrap_or_default())
        .map_err(|error| failure(format!("The object's body cannot be read: {error}")))?;
    let bytes = match bytes.strip_prefix(&[0x1f, 0x8b]) {
        None => bytes,
        Some(_) => {
            let mut inflated = Vec::new();
            let mut decoder = flate2::read::MultiGzDecoder::new(&bytes[..]).take(MOST_BYTES);
            decoder
                .read_to_end(&mut inflated)
                .map_err(|error| failure(format!("The object cannot be decompressed: {error}")))?;
            inflated
        }
    };
    String::from_utf8(bytes).map_err(|_| failure("The object is not UTF-8 text"))
}

fn text(parameters: &Value, name: &str) -> Result<String, ReadFailure> {
    let found = parameters.get(name).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| failure(format!("The item reader has no {name}")))
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(members.into_iter().map(|(name, value)| (Arc::from(name), value)).collect::<Object>())
}

fn failure(cause: impl Into<String>) -> ReadFailure {
    ReadFailure { cause: cause.into() }
}

fn told(error: &ServiceError) -> ReadFailure {
    failure(crate::integrations::s3_cause(error))
}
