//! The items of an `ItemReader`, from Amazon S3.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>

use std::io::Read as _;
use std::sync::Arc;

use asl::{DataItem, Inventory, Object, ReadFailure, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use service::{ServiceError, Services};

/// The most that a compressed object may hold, in bytes.
const MOST_BYTES: u64 = 1 << 30;
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Reads the items that the evaluated reader yields.
pub(super) async fn read(
    services: &Services,
    resource: &str,
    parameters: &Value,
    config: &Value,
) -> Result<Vec<DataItem>, ReadFailure> {
    let limit = asl::max_items(config)?;
    match resource.rsplit_once(":::").map(|(_, action)| action) {
        Some("s3:listObjectsV2") => match config.get("Transformation").and_then(Value::as_str) {
            None | Some("NONE") => {
                let listed = list(services, parameters, limit).await?;
                let bucket: Arc<str> = format!("s3://{}", text(parameters, "Bucket")?).into();
                Ok(read_from(&bucket, listed).collect())
            }
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
) -> Result<Vec<DataItem>, ReadFailure> {
    let kind = |name: &str| config.get(name).and_then(Value::as_str);
    if kind("InputType") == Some("PARQUET") && kind("ManifestType").is_none() {
        // Its bytes are not text.
        return asl::read_items(config, "").map(|_| Vec::new());
    }
    let content = get(services, parameters).await?;
    match (kind("ManifestType"), kind("InputType")) {
        (Some("ATHENA_DATA"), _) => of_objects(services, asl::listed_objects(&content)?, config, limit).await,
        (Some("S3_INVENTORY"), _) | (None, Some("MANIFEST")) => of_inventory(services, &content, limit).await,
        (Some(other), _) => {
            Err(failure(format!("The manifest type {other} is not supported; use ATHENA_DATA or S3_INVENTORY")))
        }
        (None, _) => {
            let source = uri(&text(parameters, "Bucket")?, &text(parameters, "Key")?);
            Ok(read_from(&source, asl::read_items(config, &content)?).collect())
        }
    }
}

/// The items of all objects, in order.
async fn of_objects(
    services: &Services,
    objects: Vec<(String, String)>,
    config: &Value,
    limit: usize,
) -> Result<Vec<DataItem>, ReadFailure> {
    let mut items = Vec::new();
    for (bucket, key) in objects {
        if items.len() >= limit {
            break;
        }
        let source = uri(&bucket, &key);
        let content = match config.get("InputType").and_then(Value::as_str) {
            Some("PARQUET") => String::new(),
            _ => get(services, &object([("Bucket", bucket.into()), ("Key", key.into())])).await?,
        };
        items.extend(read_from(&source, asl::read_items(config, &content)?));
    }
    items.truncate(limit);
    Ok(items)
}

async fn of_inventory(services: &Services, manifest: &str, limit: usize) -> Result<Vec<DataItem>, ReadFailure> {
    let inventory = Inventory::parse(manifest)?;
    let mut items = Vec::new();
    for key in &inventory.files {
        if items.len() >= limit {
            break;
        }
        let file = object([("Bucket", inventory.bucket.clone().into()), ("Key", key.clone().into())]);
        let content = get(services, &file).await?;
        let rows = inventory.items(&content, limit - items.len());
        items.extend(read_from(&uri(&inventory.bucket, key), rows));
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

/// Items with where they were read.
fn read_from(source: &Arc<str>, items: Vec<Value>) -> impl Iterator<Item = DataItem> {
    items.into_iter().map(move |item| DataItem::read(item, source))
}

fn uri(bucket: &str, key: &str) -> Arc<str> {
    format!("s3://{bucket}/{key}").into()
}

/// An object's text; how it is compressed is told by its first bytes.
async fn get(services: &Services, parameters: &Value) -> Result<String, ReadFailure> {
    let answer = services.call("s3", "GetObject", Json::from(parameters)).await.map_err(|error| told(&error))?;
    let bytes = STANDARD
        .decode(answer["Body"].as_str().unwrap_or_default())
        .map_err(|error| failure(format!("The object's body cannot be read: {error}")))?;
    if bytes.starts_with(ZSTD) {
        return Err(failure("sluice does not read objects compressed with ZSTD yet; use GZIP"));
    }
    let bytes = match bytes.starts_with(GZIP) {
        false => bytes,
        true => {
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
