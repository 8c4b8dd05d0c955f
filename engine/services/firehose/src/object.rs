//! The object that a buffer becomes: its key and its bytes.

use std::io::Write;

use clock::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;
use uuid::Uuid;

use crate::destination::Destination;

/// The key of a buffer whose first record has that number and arrived then; the same however often it is asked for.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html>
pub(crate) fn key(destination: &Destination, stream: &str, arn: &str, first: i64, arrived: Timestamp) -> String {
    let moment = arrived.to_rfc3339_seconds();
    let (date, time) = moment.trim_end_matches('Z').split_once('T').expect("RFC 3339 has a T");
    let folder = format!("{}/{}/", date.replace('-', "/"), &time[..2]);
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{arn}#{first}").as_bytes());
    let Destination { prefix, extension, .. } = destination;
    format!("{prefix}{folder}{stream}-1-{date}-{}-{id}{extension}", time.replace(':', "-"))
}

/// The records one behind the other: what parts them is the producers' concern.
pub(crate) fn bytes(destination: &Destination, records: &[Vec<u8>]) -> std::io::Result<Vec<u8>> {
    if !destination.is_gzip {
        return Ok(records.concat());
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    records.iter().try_for_each(|record| encoder.write_all(record))?;
    encoder.finish()
}
