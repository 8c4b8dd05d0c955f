//! Writing a request's body to disk, and refusing one that isn't what its headers say.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use s3s::crypto::{Checksum as _, Md5, Sha256};
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::bodies::{Bodies, Draft};
use crate::checksum::{self, Algorithm, Claimed, Sums};
use crate::error;
use crate::http::Sent;

/// A body may have this many bytes in one request.
const LARGEST: u64 = 5 << 30;
/// How much is gathered before it is written.
const BUFFER: usize = 1 << 20;

/// What a request's headers say of its body.
pub(crate) struct Expected {
    pub(crate) length: Option<u64>,
    pub(crate) md5: Option<String>,
    pub(crate) claimed: Claimed,
    pub(crate) sent: Sent,
}

/// A body that is on disk, as it was announced.
pub(crate) struct Received {
    pub(crate) draft: Draft,
    pub(crate) size: u64,
    pub(crate) md5: [u8; 16],
    pub(crate) sums: Sums,
}

/// Writes a body; what goes wrong leaves nothing.
pub(crate) async fn receive(bodies: &Bodies, body: Option<StreamingBlob>, expected: Expected) -> S3Result<Received> {
    let md5_claimed = expected.md5.as_deref().map(digest_of).transpose()?;
    if expected.length.is_some_and(|length| length > LARGEST) {
        return Err(s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed size"));
    }
    let mut algorithms = expected.claimed.algorithms.clone();
    if algorithms.is_empty() {
        algorithms.push(Algorithm::Crc64nvme);
    }
    let draft = Draft::of(bodies, Bodies::new_name());
    let mut writing = Writing {
        file: Some(std::fs::File::create_new(bodies.path(&draft.name)).map_err(error::io)?),
        buffer: Vec::new(),
        md5: Md5::new(),
        sha256: expected.sent.sha256.is_some().then(Sha256::new),
        sums: checksum::hasher(&algorithms),
        size: 0,
    };
    if let Some(mut body) = body {
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|failure| broken(&failure, &expected))?;
            writing.size += chunk.len() as u64;
            if expected.length.is_some_and(|length| writing.size > length) || writing.size > LARGEST {
                return Err(incomplete());
            }
            writing.buffer.extend_from_slice(&chunk);
            if writing.buffer.len() >= BUFFER {
                writing = flush(writing).await?;
            }
        }
    }
    if expected.length.is_some_and(|length| writing.size != length) {
        return Err(incomplete());
    }
    let Writing { file, md5, sha256, sums, size, .. } = flush(writing).await?;
    let (md5, sums) = (md5.finalize(), checksum::sums(sums));
    if md5_claimed.is_some_and(|claimed| claimed != md5) {
        return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."));
    }
    if let (Some(claimed), Some(computed)) = (&expected.sent.sha256, sha256)
        && *claimed != hex(&computed.finalize())
    {
        return Err(error::sha256_mismatch());
    }
    let mut claimed = expected.claimed.sums;
    claimed.extend(expected.sent.trailing_sums());
    checksum::compare(&claimed, &sums)?;
    let (bodies, name) = (bodies.clone(), draft.name.clone());
    blocking(move || match file {
        Some(file) => bodies.make_durable(&name, &file).map_err(error::io),
        None => Ok(()),
    })
    .await?;
    Ok(Received { draft, size, md5, sums })
}

struct Writing {
    file: Option<std::fs::File>,
    buffer: Vec<u8>,
    md5: Md5,
    sha256: Option<Sha256>,
    sums: s3s::checksum::ChecksumHasher,
    size: u64,
}

/// Writes what is gathered, away from the threads that serve requests.
async fn flush(mut writing: Writing) -> S3Result<Writing> {
    if writing.buffer.is_empty() {
        return Ok(writing);
    }
    blocking(move || {
        if let Some(file) = &mut writing.file {
            file.write_all(&writing.buffer).map_err(error::io)?;
        }
        writing.md5.update(&writing.buffer);
        if let Some(sha256) = &mut writing.sha256 {
            sha256.update(&writing.buffer);
        }
        writing.sums.update(&writing.buffer);
        writing.buffer.clear();
        Ok(writing)
    })
    .await
}

/// Runs what blocks on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> S3Result<T> + Send + 'static) -> S3Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|failure| Err(S3Error::internal_error(failure)))
}

/// The sender stopped, or sent other bytes than its signature covers.
fn broken(failure: &s3s::StdError, expected: &Expected) -> S3Error {
    tracing::debug!(%failure, "a body broke off");
    if expected.sent.sha256.is_some() && failure.to_string().to_ascii_lowercase().contains("checksum") {
        return error::sha256_mismatch();
    }
    incomplete()
}

fn incomplete() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::IncompleteBody,
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    )
}

fn digest_of(text: &str) -> S3Result<[u8; 16]> {
    let decoded = STANDARD.decode(text).ok().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    decoded.ok_or_else(|| s3_error!(InvalidDigest, "The Content-MD5 you specified was invalid."))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
