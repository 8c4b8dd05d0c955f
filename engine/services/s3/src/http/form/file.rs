//! A form's file on its way into the bucket, as large as the policy allows.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::TryStreamExt;
use http_body_util::StreamBody;
use s3s::{Body, StdError, s3_error};

use super::fields::Reader;

/// The file as a body. One whose size is not within `sizes` is an error at its end, and has its size put into `measured`.
pub(super) fn stream(reader: Reader, sizes: Option<(u64, u64)>, measured: Arc<OnceLock<u64>>) -> Body {
    let (least, most) = sizes.unwrap_or((0, u64::MAX));
    let file = File { reader, size: 0, least, most, measured };
    let stream = futures::stream::try_unfold(file, |mut file| async move {
        Ok::<_, StdError>(file.next().await?.map(|chunk| (chunk, file)))
    });
    Body::http_body_unsync(StreamBody::new(stream.map_ok(http_body::Frame::data)))
}

struct File {
    reader: Reader,
    size: u64,
    least: u64,
    most: u64,
    measured: Arc<OnceLock<u64>>,
}

impl File {
    async fn next(&mut self) -> Result<Option<Bytes>, StdError> {
        while let Some(chunk) = self.reader.chunk().await? {
            self.size += chunk.len() as u64;
            // Of a file that is too large the rest is read as well, for the answer tells its size.
            if self.size <= self.most {
                return Ok(Some(chunk));
            }
        }
        if (self.least..=self.most).contains(&self.size) {
            return Ok(None);
        }
        self.measured.get_or_init(|| self.size);
        Err(s3_error!(InvalidRequest, "the file's size is not what the policy allows").into())
    }
}
