//! The checksums of a body: those that the sender gave, and the ones that are kept.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::{S3Result, dto, s3_error};
use serde::{Deserialize, Serialize};

/// An algorithm of S3's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64nvme, Self::Sha1, Self::Sha256];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    pub(crate) fn header(self) -> String {
        format!("x-amz-checksum-{}", self.name().to_ascii_lowercase())
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    fn digest_bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

/// Base64 by algorithm.
pub(crate) type Sums = BTreeMap<Algorithm, String>;

/// What a request says of its body's checksums.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    pub(crate) sums: Sums,
    /// The algorithms to compute: those with a sum, and those whose sum comes behind the body.
    pub(crate) algorithms: Vec<Algorithm>,
}

impl Claimed {
    /// Reads the headers of a request.
    pub(crate) fn of(headers: &HeaderMap) -> S3Result<Self> {
        let mut claimed = Self::default();
        for algorithm in Algorithm::ALL {
            let header = algorithm.header();
            if let Some(value) = headers.get(&header).and_then(|value| value.to_str().ok()) {
                check_form(algorithm, value)?;
                claimed.sums.insert(algorithm, value.to_owned());
            }
            let trails = headers.get_all("x-amz-trailer").iter().filter_map(|value| value.to_str().ok());
            if trails.flat_map(|names| names.split(',')).any(|name| name.trim().eq_ignore_ascii_case(&header)) {
                claimed.algorithms.push(algorithm);
            }
        }
        if claimed.sums.len() > 1 {
            return Err(s3_error!(
                InvalidRequest,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            ));
        }
        claimed.algorithms.extend(claimed.sums.keys());
        let named = ["x-amz-sdk-checksum-algorithm", "x-amz-checksum-algorithm"]
            .into_iter()
            .filter_map(|name| headers.get(name)?.to_str().ok()?.parse().ok())
            .filter_map(|name: String| Algorithm::of_name(&name));
        claimed.algorithms.extend(named);
        claimed.algorithms.sort_unstable();
        claimed.algorithms.dedup();
        Ok(claimed)
    }
}

fn check_form(algorithm: Algorithm, value: &str) -> S3Result<()> {
    match STANDARD.decode(value) {
        Ok(digest) if digest.len() == algorithm.digest_bytes() => Ok(()),
        _ => Err(s3_error!(InvalidRequest, "Value for {} header is invalid.", algorithm.header())),
    }
}

/// An error unless each claimed sum is the computed one.
pub(crate) fn compare(claimed: &Sums, computed: &Sums) -> S3Result<()> {
    for (algorithm, sum) in claimed {
        check_form(*algorithm, sum)?;
        if computed.get(algorithm) != Some(sum) {
            return Err(s3_error!(
                BadDigest,
                "The {} you specified did not match the calculated checksum.",
                algorithm.name()
            ));
        }
    }
    Ok(())
}

/// Computes sums of these algorithms.
pub(crate) fn hasher(algorithms: &[Algorithm]) -> ChecksumHasher {
    let mut hasher = ChecksumHasher::default();
    for algorithm in algorithms {
        match algorithm {
            Algorithm::Crc32 => hasher.crc32 = Some(Crc32::new()),
            Algorithm::Crc32c => hasher.crc32c = Some(Crc32c::new()),
            Algorithm::Crc64nvme => hasher.crc64nvme = Some(Crc64Nvme::new()),
            Algorithm::Sha1 => hasher.sha1 = Some(Sha1::new()),
            Algorithm::Sha256 => hasher.sha256 = Some(Sha256::new()),
        }
    }
    hasher
}

pub(crate) fn sums(hasher: ChecksumHasher) -> Sums {
    let dto::Checksum { checksum_crc32, checksum_crc32c, checksum_crc64nvme, checksum_sha1, checksum_sha256, .. } =
        hasher.finalize();
    let all = [checksum_crc32, checksum_crc32c, checksum_crc64nvme, checksum_sha1, checksum_sha256];
    Algorithm::ALL.into_iter().zip(all).filter_map(|(algorithm, sum)| Some((algorithm, sum?))).collect()
}

/// The checksum of the checksums of parts, which multipart uploads have.
pub(crate) fn composite(algorithm: Algorithm, parts: &[&str]) -> Option<String> {
    let mut hasher = hasher(&[algorithm]);
    for part in parts {
        hasher.update(&STANDARD.decode(part).ok()?);
    }
    sums(hasher).remove(&algorithm).map(|sum| format!("{sum}-{}", parts.len()))
}
