//! ListObjectVersions.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::list::{Spelling, algorithms, page_size};
use crate::error;
use crate::rows::buckets;
use crate::rows::listing::{self, Wanted};
use crate::rows::objects::Object as Row;
use crate::storage::{Storage, owner};
use crate::time;

impl Storage {
    pub(crate) async fn list_object_versions(
        &self,
        request: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<S3Response<ListObjectVersionsOutput>> {
        let input = request.input;
        let spelling = Spelling::of(input.encoding_type.as_ref())?;
        let (max_keys, most) = page_size(input.max_keys)?;
        let key_marker = input.key_marker.clone().unwrap_or_default();
        let version_marker = input.version_id_marker.clone().filter(|marker| !marker.is_empty());
        if version_marker.is_some() && key_marker.is_empty() {
            return Err(error::invalid_argument("A version-id marker cannot be specified without a key marker."));
        }
        let wanted = Wanted {
            bucket: input.bucket.clone(),
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone(),
            after: Some(key_marker.clone()).filter(|marker| !marker.is_empty()),
            most,
        };
        let (asked, version_after) = (wanted.clone(), version_marker.clone());
        let page = self
            .read(move |connection| {
                buckets::get(connection, &asked.bucket)?;
                listing::versions(connection, &asked, version_after.as_deref())
            })
            .await?;
        let last = page.items.last().map(|row| (row.key.clone(), row.version.clone()));
        let (next_key, next_version) = match (&page.next, last) {
            (Some(next), Some((key, version))) if *next == key => (Some(key), Some(version)),
            (Some(next), _) => (Some(next.clone()), None),
            (None, _) => (None, None),
        };
        let (markers, versions): (Vec<Row>, Vec<Row>) = page.items.into_iter().partition(|row| row.is_marker);
        Ok(S3Response::new(ListObjectVersionsOutput {
            name: Some(input.bucket),
            prefix: Some(spelling.key(&wanted.prefix)),
            key_marker: Some(spelling.key(&key_marker)),
            version_id_marker: Some(version_marker.unwrap_or_default()),
            next_key_marker: next_key.as_deref().map(|key| spelling.key(key)),
            next_version_id_marker: next_version,
            max_keys: Some(max_keys.min(1000)),
            is_truncated: Some(page.next.is_some()),
            common_prefixes: spelling.prefixes(&page.common_prefixes),
            delimiter: input.delimiter.as_deref().map(|delimiter| spelling.key(delimiter)),
            delete_markers: Some(markers.into_iter().map(|row| marker(row, &spelling)).collect()),
            versions: Some(versions.into_iter().map(|row| version(row, &spelling)).collect()),
            encoding_type: input.encoding_type,
            ..ListObjectVersionsOutput::default()
        }))
    }
}

fn marker(row: Row, spelling: &Spelling) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        is_latest: Some(row.is_latest),
        key: Some(spelling.key(&row.key)),
        last_modified: Some(time::to_dto_seconds(row.modified_at)),
        owner: Some(owner()),
        version_id: Some(row.version),
    }
}

fn version(row: Row, spelling: &Spelling) -> ObjectVersion {
    ObjectVersion {
        checksum_algorithm: Some(algorithms(&row)).filter(|algorithms| !algorithms.is_empty()),
        checksum_type: row.record.checksum_type.clone().map(Into::into),
        e_tag: Some(ETag::Strong(row.etag)),
        is_latest: Some(row.is_latest),
        key: Some(spelling.key(&row.key)),
        last_modified: Some(time::to_dto_seconds(row.modified_at)),
        owner: Some(owner()),
        size: i64::try_from(row.size).ok(),
        storage_class: Some(row.record.storage_class.unwrap_or_else(|| "STANDARD".to_owned()).into()),
        version_id: Some(row.version),
        ..ObjectVersion::default()
    }
}
