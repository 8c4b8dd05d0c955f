//! The operations of the API.

mod buckets;
mod checks;
mod conditions;
mod configurations;
mod copy;
mod delete;
mod get;
mod list;
mod list_versions;
mod multipart;
mod notifications;
mod parts;
mod protection;
mod put;
mod tags;

pub(crate) use delete::gone;

use http::Extensions;

use crate::http::Sent;

/// How a request was sent.
fn sent(extensions: &Extensions) -> Sent {
    extensions.get::<Sent>().cloned().unwrap_or_default()
}

/// Puts checksums into an output's members.
macro_rules! set_sums {
    ($output:expr, $sums:expr) => {{
        let sums: &$crate::checksum::Sums = $sums;
        let of = |algorithm| sums.get(&algorithm).cloned();
        $output.checksum_crc32 = of($crate::checksum::Algorithm::Crc32);
        $output.checksum_crc32c = of($crate::checksum::Algorithm::Crc32c);
        $output.checksum_crc64nvme = of($crate::checksum::Algorithm::Crc64nvme);
        $output.checksum_sha1 = of($crate::checksum::Algorithm::Sha1);
        $output.checksum_sha256 = of($crate::checksum::Algorithm::Sha256);
    }};
}
use set_sums;
