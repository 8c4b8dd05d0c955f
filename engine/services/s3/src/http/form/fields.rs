//! The parts of a form: its fields, which come first, and then its file.

use bytes::{Bytes, BytesMut};
use memchr::memmem;
use s3s::{Body, S3Error, S3ErrorCode, S3Result};

use super::malformed;
use crate::error;
use crate::http::Details;
use crate::http::incoming::Incoming;

/// All that stands before the file may have this many bytes.
const MOST_BYTES: usize = 20_480;

/// A form's fields in the order of the form; their names have no case.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn get(&self, wanted: &str) -> Option<&str> {
        self.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Fields of one name become a list.
    pub(super) fn add(&mut self, name: String, value: String) {
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            Some((_, list)) => *list = format!("{list},{value}"),
            None => self.0.push((name, value)),
        }
    }

    /// Every `${filename}` is the chosen file's name, without its folders.
    pub(super) fn name_the_file(&mut self, path: &str) {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        for (_, value) in &mut self.0 {
            *value = value.replace("${filename}", name);
        }
    }
}

/// Reads up to the file; what follows it is for [`Reader::chunk`].
pub(super) async fn read(body: Body, boundary: &str, details: &Details) -> S3Result<(Fields, Reader)> {
    // The first delimiter has no line before it.
    let incoming = Incoming::new(body, BytesMut::from("\r\n"));
    let mut reader = Reader { incoming, delimiter: format!("\r\n--{boundary}").into_bytes() };
    let mut fields = Fields::default();
    let mut left = MOST_BYTES;
    let delimiter = reader.delimiter.clone();
    reader.until(&delimiter, &mut left, details).await?;
    loop {
        let end_of_line = reader.until(b"\r\n", &mut left, details).await?;
        if end_of_line.starts_with(b"--") {
            details.argument("file", "0");
            return Err(error::invalid_argument("POST requires exactly one file upload per request."));
        }
        // An empty line ends the headers, also where there are none.
        reader.incoming.buffer = [b"\r\n".as_slice(), &reader.incoming.buffer].concat().as_slice().into();
        let headers = reader.until(b"\r\n\r\n", &mut left, details).await?;
        let headers = String::from_utf8_lossy(&headers).into_owned();
        let disposition = headers
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| value.to_ascii_lowercase().starts_with("form-data"))
            .ok_or_else(malformed)?;
        let name = parameter(&disposition, "name").ok_or_else(malformed)?;
        if name.eq_ignore_ascii_case("file") {
            if let Some(path) = parameter(&disposition, "filename") {
                fields.name_the_file(&path);
            }
            return Ok((fields, reader));
        }
        let value = reader.until(&delimiter, &mut left, details).await?;
        fields.add(name, String::from_utf8(value.to_vec()).map_err(|_| malformed())?);
    }
}

/// A form on its way.
pub(super) struct Reader {
    incoming: Incoming,
    delimiter: Vec<u8>,
}

impl Reader {
    /// What stands before `end`, which is taken too.
    async fn until(&mut self, end: &[u8], left: &mut usize, details: &Details) -> S3Result<Bytes> {
        loop {
            if let Some(at) = memmem::find(&self.incoming.buffer, end) {
                *left = left.checked_sub(at).ok_or_else(|| too_much(details))?;
                let taken = self.incoming.buffer.split_to(at + end.len()).freeze();
                return Ok(taken.slice(..at));
            }
            if self.incoming.buffer.len() > left.saturating_add(end.len()) {
                return Err(too_much(details));
            }
            if !self.incoming.more().await.map_err(|_| malformed())? {
                return Err(malformed());
            }
        }
    }

    /// The next bytes of the file; none at its end, when what follows it is read too.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, s3s::StdError> {
        loop {
            if let Some(at) = memmem::find(&self.incoming.buffer, &self.delimiter) {
                let last = self.incoming.buffer.split_to(at).freeze();
                if !last.is_empty() {
                    return Ok(Some(last));
                }
                while self.incoming.more().await? {
                    self.incoming.buffer.clear();
                }
                return Ok(None);
            }
            let certain = self.incoming.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if certain > 0 {
                return Ok(Some(self.incoming.buffer.split_to(certain).freeze()));
            }
            if !self.incoming.more().await? {
                return Err(malformed().into());
            }
        }
    }
}

/// The value of `name` in `form-data; name="file"; filename="a.png"`.
pub(super) fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header;
    loop {
        rest = rest.split_once(';')?.1.trim_start();
        let (key, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => {
                let end = (0..quoted.len())
                    .find(|at| quoted.as_bytes()[*at] == b'"' && (*at == 0 || quoted.as_bytes()[at - 1] != b'\\'))?;
                (quoted[..end].replace("\\\"", "\""), &quoted[end + 1..])
            }
            None => {
                let end = value.find(';').unwrap_or(value.len());
                (value[..end].trim().to_owned(), &value[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

fn too_much(details: &Details) -> S3Error {
    details.add("MaxPostPreDataLengthBytes", MOST_BYTES.to_string());
    let mut error = S3Error::with_message(
        S3ErrorCode::Custom("MaxPostPreDataLengthExceeded".into()),
        "Your POST request fields preceding the upload file were too large.",
    );
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    error
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    /// A form that comes in pieces of `size` bytes: its fields, and its file or the code of its error.
    async fn parts(form: &str, size: usize) -> Result<(Vec<(String, String)>, String), String> {
        let pieces: Vec<_> = form.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let frames =
            futures::stream::iter(pieces).map(|piece: Result<_, s3s::StdError>| piece.map(http_body::Frame::data));
        let body = Body::http_body_unsync(http_body_util::StreamBody::new(frames));
        let code = |error: S3Error| error.code().as_str().to_owned();
        let (fields, mut reader) = read(body, "b", &Details::default()).await.map_err(code)?;
        let mut file = Vec::new();
        while let Some(chunk) = reader.chunk().await.map_err(|error| error.to_string())? {
            file.extend_from_slice(&chunk);
        }
        Ok((fields.0, String::from_utf8_lossy(&file).into_owned()))
    }

    fn part(disposition: &str, content: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    }

    #[tokio::test]
    async fn fields_come_before_the_file_however_the_body_is_cut() {
        let form = [
            part("name=\"key\"", "up/${filename}"),
            part("name=empty", ""),
            part("name=\"file\"; filename=\"C:\\fakepath\\a \\\"b\\\".txt\"", "one\r\n--no end\r\n"),
            part("name=\"submit\"", "later"),
            "--b--\r\n".to_owned(),
        ]
        .concat();
        for size in [1, 2, 7, 1000] {
            let (fields, file) = parts(&form, size).await.unwrap_or_else(|error| panic!("{size}: {error}"));
            let expected = [("key", "up/a \"b\".txt"), ("empty", "")].map(|(name, value)| (name.into(), value.into()));
            assert_eq!(fields, expected, "{size}");
            assert_eq!(file, "one\r\n--no end\r\n", "{size}");
        }
    }

    #[tokio::test]
    async fn a_file_may_be_empty_but_must_be_there_and_end() {
        let file = part("name=\"file\"; filename=\"\"", "");
        assert_eq!(parts(&format!("{file}--b--"), 5).await, Ok((Vec::new(), String::new())));
        let none = format!("{}--b--\r\n", part("name=\"key\"", "k"));
        assert_eq!(parts(&none, 5).await.expect_err("a refusal"), "InvalidArgument");
        assert!(parts(&file[..file.len() - 2], 5).await.is_err());
        assert_eq!(parts("no form", 5).await.expect_err("a refusal"), "MalformedPOSTRequest");
        let large = part("name=\"key\"", &"k".repeat(MOST_BYTES));
        assert_eq!(parts(&large, 1000).await.expect_err("a refusal"), "MaxPostPreDataLengthExceeded");
    }
}
