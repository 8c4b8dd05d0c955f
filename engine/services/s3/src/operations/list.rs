//! ListObjects and ListObjectsV2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use crate::error;
use crate::rows::buckets;
use crate::rows::listing::{self, Page, Wanted};
use crate::rows::objects::Object as Row;
use crate::storage::{Storage, owner};
use crate::time;

/// What `encoding-type=url` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Spells keys as a request wants them.
pub(super) struct Spelling(bool);

impl Spelling {
    pub(super) fn of(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Self(false)),
            Some(EncodingType::URL) => Ok(Self(true)),
            Some(_) => Err(error::invalid_argument("Invalid Encoding Method specified in Request")),
        }
    }

    pub(super) fn key(&self, key: &str) -> String {
        if self.0 { utf8_percent_encode(key, PLAIN).to_string() } else { key.to_owned() }
    }

    pub(super) fn prefixes(&self, prefixes: &[String]) -> Option<CommonPrefixList> {
        let spelled = prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(self.key(prefix)) });
        (!prefixes.is_empty()).then(|| spelled.collect())
    }
}

/// How many a page has at most; what is asked for, up to a thousand.
pub(super) fn page_size(asked: Option<i32>) -> S3Result<(i32, usize)> {
    let asked = asked.unwrap_or(1000);
    let most = usize::try_from(asked)
        .map_err(|_| error::invalid_argument("Argument maxKeys must be an integer between 0 and 2147483647"))?;
    Ok((asked, most.min(1000)))
}

impl Storage {
    pub(crate) async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let spelling = Spelling::of(input.encoding_type.as_ref())?;
        let (max_keys, most) = page_size(input.max_keys)?;
        let token = input.continuation_token.as_deref().map(key_of_token).transpose()?;
        let page = self
            .list(Wanted {
                bucket: input.bucket.clone(),
                prefix: input.prefix.clone().unwrap_or_default(),
                delimiter: input.delimiter.clone(),
                after: token.or_else(|| input.start_after.clone()),
                most,
            })
            .await?;
        let with_owner = input.fetch_owner == Some(true);
        let count = page.items.len() + page.common_prefixes.len();
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: Some(spelling.key(input.prefix.as_deref().unwrap_or_default())),
            max_keys: Some(max_keys.min(1000)),
            key_count: i32::try_from(count).ok(),
            continuation_token: input.continuation_token,
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.as_deref().map(|key| STANDARD.encode(key)),
            common_prefixes: spelling.prefixes(&page.common_prefixes),
            contents: Some(contents(page.items, &spelling, with_owner)),
            delimiter: input.delimiter.as_deref().map(|delimiter| spelling.key(delimiter)),
            encoding_type: input.encoding_type,
            start_after: input.start_after.as_deref().map(|key| spelling.key(key)),
            ..ListObjectsV2Output::default()
        }))
    }

    pub(crate) async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let input = request.input;
        let spelling = Spelling::of(input.encoding_type.as_ref())?;
        let (max_keys, most) = page_size(input.max_keys)?;
        let page = self
            .list(Wanted {
                bucket: input.bucket.clone(),
                prefix: input.prefix.clone().unwrap_or_default(),
                delimiter: input.delimiter.clone(),
                after: input.marker.clone().filter(|marker| !marker.is_empty()),
                most,
            })
            .await?;
        // Without a delimiter the last key is the marker of the next page, and AWS leaves it out.
        let next_marker = page.next.as_deref().filter(|_| input.delimiter.is_some()).map(|key| spelling.key(key));
        Ok(S3Response::new(ListObjectsOutput {
            name: Some(input.bucket),
            prefix: Some(spelling.key(input.prefix.as_deref().unwrap_or_default())),
            marker: Some(spelling.key(input.marker.as_deref().unwrap_or_default())),
            max_keys: Some(max_keys.min(1000)),
            is_truncated: Some(page.next.is_some()),
            common_prefixes: spelling.prefixes(&page.common_prefixes),
            contents: Some(contents(page.items, &spelling, true)),
            delimiter: input.delimiter.as_deref().map(|delimiter| spelling.key(delimiter)),
            next_marker,
            encoding_type: input.encoding_type,
            ..ListObjectsOutput::default()
        }))
    }

    async fn list(&self, wanted: Wanted) -> S3Result<Page<Row>> {
        self.read(move |connection| {
            buckets::get(connection, &wanted.bucket)?;
            listing::current(connection, &wanted)
        })
        .await
    }
}

fn key_of_token(token: &str) -> S3Result<String> {
    let key = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    key.ok_or_else(|| error::invalid_argument("The continuation token provided is incorrect"))
}

fn contents(rows: Vec<Row>, spelling: &Spelling, with_owner: bool) -> ObjectList {
    rows.into_iter()
        .map(|row| Object {
            checksum_algorithm: Some(algorithms(&row)).filter(|algorithms| !algorithms.is_empty()),
            checksum_type: row.record.checksum_type.clone().map(Into::into),
            e_tag: Some(ETag::Strong(row.etag)),
            key: Some(spelling.key(&row.key)),
            last_modified: Some(time::to_dto_seconds(row.modified_at)),
            owner: with_owner.then(owner),
            size: i64::try_from(row.size).ok(),
            storage_class: Some(row.record.storage_class.unwrap_or_else(|| "STANDARD".to_owned()).into()),
            ..Object::default()
        })
        .collect()
}

/// The algorithms that an object has checksums of.
pub(super) fn algorithms(row: &Row) -> ChecksumAlgorithmList {
    row.record.sums.keys().map(|algorithm| ChecksumAlgorithm::from_static(algorithm.name())).collect()
}
