//! What signatures are made of: canonical requests, and the texts and keys that are hashed.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::HOST;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode};
use s3s::crypto::{Checksum, Sha1, Sha256};

use super::credential::Credential;
use crate::upload::hex;

pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The parameter that signs the others.
pub(super) const SIGNATURE: &str = "X-Amz-Signature";
/// What both digests hash at once.
const BLOCK: usize = 64;

pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
pub(super) const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// What a request is to its signature.
pub(super) fn canonical_request(head: &Parts, signed: &[&str], payload: &str) -> String {
    let path: Vec<u8> = percent_decode_str(head.uri.path()).collect();
    let mut query: Vec<String> = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| name != SIGNATURE)
        .map(|(name, value)| {
            format!("{}={}", utf8_percent_encode(&name, UNRESERVED), utf8_percent_encode(&value, UNRESERVED))
        })
        .collect();
    query.sort_unstable();
    let mut names = signed.to_vec();
    names.sort_unstable();
    let headers: String = names.iter().map(|name| format!("{name}:{}\n", header(head, name))).collect();
    format!(
        "{}\n{}\n{}\n{headers}\n{}\n{payload}",
        head.method,
        percent_encode(&path, PATH),
        query.join("&"),
        names.join(";")
    )
}

/// A header's values as they are signed: without spaces around them, and single ones inside.
fn header(head: &Parts, name: &str) -> String {
    let values = head.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let values: Vec<String> =
        values.map(|value| value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")).collect();
    match head.uri.authority() {
        // HTTP/2 has no such header.
        Some(authority) if values.is_empty() && name == HOST.as_str() => authority.to_string(),
        _ => values.join(","),
    }
}

pub(super) fn string_to_sign(date: &str, credential: &Credential<'_>, canonical: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{}\n{}", credential.scope(), hex(&Sha256::checksum(canonical.as_bytes())))
}

/// The signature of version 4.
pub(super) fn sign(secret: &str, credential: &Credential<'_>, text: &str) -> String {
    let mut key = hmac::<Sha256>(format!("AWS4{secret}").as_bytes(), credential.date.as_bytes());
    for part in [credential.region, "s3", "aws4_request"] {
        key = hmac::<Sha256>(key.as_ref(), part.as_bytes());
    }
    hex(hmac::<Sha256>(key.as_ref(), text.as_bytes()).as_ref())
}

/// The signature of version 2, which SDKs still give forms in the oldest region.
pub(super) fn sign_v2(secret: &str, text: &str) -> String {
    STANDARD.encode(hmac::<Sha1>(secret.as_bytes(), text.as_bytes()))
}

/// A text's bytes as errors show them.
pub(super) fn bytes_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// RFC 2104.
fn hmac<D: Checksum>(key: &[u8], message: &[u8]) -> D::Output {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        let digest = D::checksum(key);
        block[..digest.as_ref().len()].copy_from_slice(digest.as_ref());
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut inner = D::new();
    inner.update(&block.map(|byte| byte ^ 0x36));
    inner.update(message);
    let mut outer = D::new();
    outer.update(&block.map(|byte| byte ^ 0x5c));
    outer.update(inner.finalize().as_ref());
    outer.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cases 2 of RFC 2202 and RFC 4231, and 6 of the latter with its long key.
    #[test]
    fn keyed_hashes_are_those_of_the_rfcs() {
        let question = b"what do ya want for nothing?";
        assert_eq!(hex(hmac::<Sha1>(b"Jefe", question).as_ref()), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(hmac::<Sha256>(b"Jefe", question).as_ref()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let long = hmac::<Sha256>(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex(long.as_ref()), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}
