//! Bodies in `aws-chunked`: each chunk behind its length and, mostly, a signature; headers behind the last one.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Buf, Bytes, BytesMut};
use futures::TryStreamExt;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::StreamBody;
use s3s::Body;

use super::admission::malformed_chunks;
use super::incoming::Incoming;

/// A line has a length, a signature or a trailer: no more than this.
const LONGEST_LINE: usize = 16 << 10;

/// The body without its chunks. Headers behind it are put into `trailers` when they come.
pub(super) fn decode(body: Body, length: u64, trailers: Arc<Mutex<HeaderMap>>) -> Body {
    let decoder =
        Decoder { incoming: Incoming::new(body, BytesMut::new()), state: State::Head, decoded: 0, length, trailers };
    let stream = futures::stream::try_unfold(decoder, |mut decoder| async move {
        Ok::<_, s3s::StdError>(decoder.next().await?.map(|chunk| (chunk, decoder)))
    });
    Body::http_body_unsync(StreamBody::new(stream.map_ok(http_body::Frame::data)))
}

enum State {
    /// Before a chunk's length.
    Head,
    /// In a chunk, this many bytes from its end.
    Data(usize),
    /// Behind the last chunk.
    Trailers,
    Done,
}

struct Decoder {
    incoming: Incoming,
    state: State,
    decoded: u64,
    length: u64,
    trailers: Arc<Mutex<HeaderMap>>,
}

impl Decoder {
    async fn next(&mut self) -> Result<Option<Bytes>, s3s::StdError> {
        loop {
            match self.state {
                State::Head => {
                    let line = self.line().await?.ok_or_else(malformed_chunks)?;
                    let size = line.split(';').next().unwrap_or_default().trim();
                    let size = usize::from_str_radix(size, 16).map_err(|_| malformed_chunks())?;
                    self.state = if size == 0 { State::Trailers } else { State::Data(size) };
                }
                State::Data(left) => {
                    if self.incoming.buffer.is_empty() && !self.incoming.more().await? {
                        return Err(malformed_chunks().into());
                    }
                    let chunk = self.incoming.buffer.split_to(left.min(self.incoming.buffer.len())).freeze();
                    let left = left - chunk.len();
                    self.state = State::Data(left);
                    if left == 0 {
                        match self.line().await? {
                            Some(end) if end.is_empty() => self.state = State::Head,
                            _ => return Err(malformed_chunks().into()),
                        }
                    }
                    self.decoded += chunk.len() as u64;
                    return Ok(Some(chunk));
                }
                State::Trailers => match self.line().await? {
                    Some(line) if !line.is_empty() => self.keep_trailer(&line),
                    _ => self.state = State::Done,
                },
                State::Done if self.decoded == self.length => return Ok(None),
                State::Done => return Err(malformed_chunks().into()),
            }
        }
    }

    fn keep_trailer(&self, line: &str) {
        let Some((name, value)) = line.split_once(':') else { return };
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.trim()), HeaderValue::from_str(value.trim())) {
            self.trailers.lock().unwrap_or_else(PoisonError::into_inner).insert(name, value);
        }
    }

    /// The next line without its end; none at the end of the body.
    async fn line(&mut self) -> Result<Option<String>, s3s::StdError> {
        loop {
            if let Some(at) = self.incoming.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.incoming.buffer.split_to(at);
                self.incoming.buffer.advance(1);
                return Ok(Some(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()));
            }
            if self.incoming.buffer.len() > LONGEST_LINE {
                return Err(malformed_chunks().into());
            }
            if !self.incoming.more().await? {
                let rest = std::mem::take(&mut self.incoming.buffer);
                return Ok((!rest.is_empty()).then(|| String::from_utf8_lossy(&rest).into_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn decoded(text: &'static str, length: u64) -> (Option<Bytes>, HeaderMap) {
        let trailers = Arc::new(Mutex::new(HeaderMap::new()));
        let body = decode(Body::from(Bytes::from_static(text.as_bytes())), length, Arc::clone(&trailers));
        let body = http_body_util::BodyExt::collect(body).await.ok().map(http_body_util::Collected::to_bytes);
        let trailers = trailers.lock().expect("nobody panics").clone();
        (body, trailers)
    }

    #[tokio::test]
    async fn chunks_are_joined_and_trailers_are_kept() {
        let (body, trailers) =
            decoded("5;chunk-signature=ab\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", 6).await;
        assert_eq!(body.as_deref(), Some(b"hello!".as_slice()));
        assert_eq!(trailers["x-amz-checksum-crc32"], "AAAAAA==");
    }

    #[tokio::test]
    async fn a_body_that_is_cut_off_or_shorter_than_declared_is_an_error() {
        assert_eq!(decoded("5\r\nhel", 5).await.0, None);
        assert_eq!(decoded("5\r\nhello\r\n0\r\n\r\n", 6).await.0, None);
        assert_eq!(decoded("nonsense\r\n", 6).await.0, None);
    }
}
