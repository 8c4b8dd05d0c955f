//! Files from S3 and to it, piece by piece.

use std::path::Path;

use ::service::{ServiceError, Services};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::internal;
use crate::job::JobError;
use crate::settings::S3Location;

/// How much of a file is in memory at once.
const PIECE: u64 = 8 << 20;

/// What S3 says of an object.
pub(crate) struct Object {
    pub(crate) size: u64,
    pub(crate) etag: Value,
    pub(crate) content_type: Value,
    pub(crate) last_modified: Option<Value>,
}

/// Writes an object to a file.
pub(crate) async fn fetch(services: &Services, from: &S3Location, to: &Path) -> Result<Object, JobError> {
    let key = json!({"Bucket": from.bucket, "Key": from.key});
    let unreadable = |call: &str, error: &ServiceError| {
        let code = if error.is_server_fault() { 1401 } else { 1404 };
        let reason = format!("Failed to read data: {call} failed: {error}");
        JobError::new(code, format!("Unable to open input file [{from}]: [Failed probe/open: [{reason}]]"))
    };
    let head =
        services.call("s3", "HeadObject", key.clone()).await.map_err(|error| unreadable("HeadObject", &error))?;
    let object = Object {
        size: head["ContentLength"].as_u64().unwrap_or(0),
        etag: head["ETag"].clone(),
        content_type: head["ContentType"].clone(),
        last_modified: head.get("LastModified").cloned(),
    };
    let mut file = File::create(to).await.map_err(internal)?;
    let mut begin = 0;
    while begin < object.size {
        let end = (begin + PIECE).min(object.size) - 1;
        let mut input = key.clone();
        input["Range"] = format!("bytes={begin}-{end}").into();
        // So that all pieces are of one object.
        input["IfMatch"] = object.etag.clone();
        let piece = services.call("s3", "GetObject", input).await.map_err(|error| unreadable("GetObject", &error))?;
        let bytes = STANDARD.decode(piece["Body"].as_str().unwrap_or_default()).map_err(internal)?;
        file.write_all(&bytes).await.map_err(internal)?;
        begin = end + 1;
    }
    file.flush().await.map_err(internal)?;
    Ok(object)
}

/// Makes an object of a file.
pub(super) async fn store(services: &Services, from: &Path, to: &S3Location) -> Result<(), JobError> {
    let unwritable =
        |error: ServiceError| JobError::new(1401, format!("Unable to write to output file [{to}]: [{error}]"));
    let mut file = File::open(from).await.map_err(internal)?;
    let size = file.metadata().await.map_err(internal)?.len();
    let key = json!({"Bucket": to.bucket, "Key": to.key});
    let mut described = key.clone();
    described["ContentType"] = content_type(from).into();
    if size <= PIECE {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await.map_err(internal)?;
        described["Body"] = STANDARD.encode(bytes).into();
        return services.call("s3", "PutObject", described).await.map(drop).map_err(unwritable);
    }
    let begun = services.call("s3", "CreateMultipartUpload", described).await.map_err(unwritable)?;
    let mut upload = key;
    upload["UploadId"] = begun["UploadId"].clone();
    let mut parts = Vec::new();
    for number in 1..=size.div_ceil(PIECE) {
        let mut bytes = Vec::new();
        (&mut file).take(PIECE).read_to_end(&mut bytes).await.map_err(internal)?;
        let mut part = upload.clone();
        part["PartNumber"] = number.into();
        part["Body"] = STANDARD.encode(bytes).into();
        match services.call("s3", "UploadPart", part).await {
            Ok(answer) => parts.push(json!({"PartNumber": number, "ETag": answer["ETag"]})),
            Err(error) => {
                // What was uploaded is of no use; that it stays is not worse than the error itself.
                let _ = services.call("s3", "AbortMultipartUpload", upload).await;
                return Err(unwritable(error));
            }
        }
    }
    upload["MultipartUpload"] = json!({"Parts": parts});
    services.call("s3", "CompleteMultipartUpload", upload).await.map(drop).map_err(unwritable)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("m3u8") => "application/vnd.apple.mpegurl",
        Some("ts") => "video/mp2t",
        Some("mp4") => "video/mp4",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("vtt") => "text/vtt",
        _ => "application/octet-stream",
    }
}
