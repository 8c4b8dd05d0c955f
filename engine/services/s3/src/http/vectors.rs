//! The signatures that AWS publishes as examples, with its example's keys.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>

use clock::Timestamp;
use http::Request;
use http::request::Parts;
use s3s::{Body, S3Error};

use super::credential::{Credential, Verifier};
use super::signature::{canonical_request, sign, string_to_sign};
use super::{Details, Sent, Trusted, admission};

const HOST: &str = "examplebucket.s3.amazonaws.com";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const DATE: &str = "20130524T000000Z";
const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
                   &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                   &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
                   &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

pub(super) fn secret_of(access_key: &str) -> String {
    assert_eq!(access_key, "AKIAIOSFODNN7EXAMPLE");
    SECRET.to_owned()
}

fn head(method: &str, url: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(url).header("host", HOST);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a request").into_parts().0
}

/// What is signed, and its signature.
fn signed(head: &Parts, names: &[&str], payload: &str) -> (String, String) {
    let credential = Credential::parse("AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request", "us-east-1");
    let credential = credential.expect("AWS's example");
    let text = string_to_sign(DATE, &credential, &canonical_request(head, names, payload));
    let signature = sign(SECRET, &credential, &text);
    (text, signature)
}

#[test]
fn requests_signed_in_a_header() {
    let of = |method: &str, path: &str, headers: &[(&str, &str)], payload: &str| {
        let mut headers = headers.to_vec();
        headers.extend([("x-amz-content-sha256", payload), ("x-amz-date", DATE)]);
        let head = head(method, &format!("https://{HOST}{path}"), &headers);
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).chain(["host"]).collect();
        signed(&head, &names, payload).1
    };
    assert_eq!(
        of("GET", "/test.txt", &[("range", "bytes=0-9")], EMPTY),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
    let put = [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
    let payload = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    assert_eq!(
        of("PUT", "/test$file.text", &put, payload),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    );
    assert_eq!(
        of("GET", "/?lifecycle", &[], EMPTY),
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
    );
    assert_eq!(
        of("GET", "/?max-keys=2&prefix=J", &[], EMPTY),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    );
}

/// An error, and what it tells beside its text.
type Refusal = (S3Error, Vec<(&'static str, String)>);

/// Admits the presigned GET some time after it was signed: what is left of it.
fn admit(url: &str, after_seconds: i64) -> Result<Parts, Refusal> {
    let mut head = head("GET", url, &[]);
    let signed_at = Timestamp::parse_rfc3339("2013-05-24T00:00:00Z").expect("a moment");
    let now = Timestamp::from_millis(signed_at.as_millis() + after_seconds * 1000);
    let details = Details::default();
    let verifier = Verifier { now, region: "us-east-1", secret: secret_of, details: &details };
    match admission::admit(&mut head, Body::empty(), Sent::default(), &verifier) {
        Ok(_) => Ok(head),
        Err(error) => Err((error, details.take())),
    }
}

#[test]
fn the_presigned_get_is_good_for_a_day() {
    let text = signed(&head("GET", URL, &[]), &["host"], "UNSIGNED-PAYLOAD").0;
    let digest = "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04";
    assert_eq!(text, format!("AWS4-HMAC-SHA256\n{DATE}\n20130524/us-east-1/s3/aws4_request\n{digest}"));
    for seconds in [-900, 0, 86_400] {
        let head = admit(URL, seconds).expect("an admitted request");
        assert!(head.extensions.get::<Trusted>().is_some());
        assert_eq!(head.uri, "https://examplebucket.s3.amazonaws.com/test.txt");
    }
    let (late, details) = admit(URL, 86_401).expect_err("a late request");
    assert_eq!((late.code().as_str(), late.message()), ("AccessDenied", Some("Request has expired")));
    let told = [
        ("X-Amz-Expires", "86400".to_owned()),
        ("Expires", "2013-05-25T00:00:00Z".to_owned()),
        ("ServerTime", "2013-05-25T00:00:01Z".to_owned()),
    ];
    assert_eq!(details, told);
    let (early, details) = admit(URL, -901).expect_err("an early request");
    assert_eq!((early.code().as_str(), early.message()), ("AccessDenied", Some("Request is not yet valid")));
    assert_eq!(details[0], ("X-Amz-Date", DATE.to_owned()));
}

#[test]
fn a_presigned_get_that_was_changed_is_shown_what_should_have_been_signed() {
    let (error, details) = admit(&URL.replace("test.txt", "best.txt"), 0).expect_err("a changed request");
    assert_eq!(error.code().as_str(), "SignatureDoesNotMatch");
    let names: Vec<&str> = details.iter().map(|(name, _)| *name).collect();
    let expected = ["StringToSign", "SignatureProvided", "StringToSignBytes", "CanonicalRequest"];
    assert_eq!(names, [&["AWSAccessKeyId"][..], &expected, &["CanonicalRequestBytes"]].concat());
    assert!(details[3].1.starts_with("41 57 53 34 2d"), "{}", details[3].1);
    assert!(details[4].1.starts_with("GET\n/best.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&"), "{}", details[4].1);
}

#[test]
fn headers_may_stand_in_the_query_but_not_the_checksum_of_a_body_that_was_not_known() {
    let (url, _) = URL.split_once("&X-Amz-Signature=").expect("a signature");
    let url = format!("{url}&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-meta-a=b%20c&x-id=GetObject");
    let signature = signed(&head("GET", &url, &[]), &["host"], "UNSIGNED-PAYLOAD").1;
    let admitted = admit(&format!("{url}&X-Amz-Signature={signature}"), 0).expect("an admitted request");
    assert_eq!(admitted.headers["x-amz-meta-a"], "b c");
    assert!(!admitted.headers.contains_key("x-amz-checksum-crc32"));
    assert_eq!(admitted.uri.query(), Some("x-id=GetObject"));
}
