//! Presigned URLs: good for one request, for a while.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use http::Request;

use crate::support::{ADDRESS, Engine};

fn for_a_minute() -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_secs(60)).unwrap()
}

/// The request that a browser makes of a presigned one, with other headers or another URL.
fn request(presigned: &PresignedRequest, change: impl Fn(&mut Request<Vec<u8>>), body: &[u8]) -> Request<Vec<u8>> {
    let mut request = Request::builder().method(presigned.method()).uri(presigned.uri());
    for (name, value) in presigned.headers() {
        request = request.header(name, value);
    }
    let mut request = request.body(body.to_vec()).unwrap();
    change(&mut request);
    request
}

fn header(name: &'static str, value: &'static str) -> impl Fn(&mut Request<Vec<u8>>) {
    move |request| drop(request.headers_mut().insert(name, value.parse().unwrap()))
}

#[tokio::test]
async fn a_presigned_put_takes_exactly_what_it_was_signed_for() {
    let engine = Engine::new().await;
    let put = engine.client.put_object().bucket("photos").key("up/ü 1.png").content_type("image/png").content_length(5);
    let presigned = put.presigned(for_a_minute()).await.unwrap();
    assert!(presigned.uri().starts_with(&format!("{ADDRESS}/photos/")), "{}", presigned.uri());
    assert_eq!(engine.send(request(&presigned, |_| {}, b"hello")).await.0, 200);
    assert_eq!(engine.get("up/ü 1.png").await.unwrap(), b"hello");

    let refused = async |request| {
        let (status, text) = engine.send(request).await;
        assert_eq!(status, 403, "{text}");
        text
    };
    let text = refused(request(&presigned, header("content-type", "text/html"), b"hello")).await;
    assert!(text.contains("<Code>SignatureDoesNotMatch</Code>"), "{text}");
    assert!(text.contains("The request signature we calculated does not match the signature you provided."), "{text}");
    let longer = |request: &mut Request<Vec<u8>>| drop(request.headers_mut().insert("content-length", 6.into()));
    refused(request(&presigned, longer, b"hello!")).await;
    let other_key = |request: &mut Request<Vec<u8>>| {
        let uri = request.uri().to_string().replace("1.png", "2.png");
        *request.uri_mut() = uri.parse().unwrap();
    };
    refused(request(&presigned, other_key, b"hello")).await;
    let text = refused(request(&presigned, header("x-amz-meta-more", "1"), b"hello")).await;
    assert!(text.contains("There were headers present in the request which were not signed"), "{text}");
    assert!(text.contains("<HeadersNotSigned>x-amz-meta-more</HeadersNotSigned>"), "{text}");
}

#[tokio::test]
async fn a_presigned_checksum_binds_the_body() {
    let engine = Engine::new().await;
    let put = engine.client.put_object().bucket("photos").key("k");
    let presigned = put.checksum_sha256("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=").presigned(for_a_minute());
    let presigned = presigned.await.unwrap();
    let (status, text) = engine.send(request(&presigned, |_| {}, b"other")).await;
    assert!(status == 400 && text.contains("<Code>BadDigest</Code>"), "{status} {text}");
    assert_eq!(engine.get("k").await, None);
    let (status, text) = engine.send(request(&presigned, |_| {}, b"hello")).await;
    assert_eq!(status, 200, "{text}");
}

#[tokio::test]
async fn a_presigned_url_expires() {
    let engine = Engine::new().await;
    engine.put("k", b"secret").await;
    let config = PresigningConfig::builder().expires_in(Duration::from_secs(60));
    let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let config = config.start_time(an_hour_ago).build().unwrap();
    let old = engine.client.get_object().bucket("photos").key("k").presigned(config).await.unwrap();
    let (status, text) = engine.send(request(&old, |_| {}, b"")).await;
    assert_eq!(status, 403);
    let expected =
        "<Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires><Expires>";
    assert!(text.contains(expected) && text.contains("<ServerTime>"), "{text}");
    let fresh = engine.client.get_object().bucket("photos").key("k").presigned(for_a_minute()).await.unwrap();
    assert_eq!(engine.send(request(&fresh, |_| {}, b"")).await, (200, "secret".to_owned()));
}

#[tokio::test]
async fn a_malformed_query_is_told_what_is_wrong_with_it() {
    let engine = Engine::new().await;
    engine.put("k", b"secret").await;
    let signed = engine.client.get_object().bucket("photos").key("k").presigned(for_a_minute()).await.unwrap();
    let signed = signed.uri().to_owned();
    let refused = async |url: String, expected: &str| {
        let (status, text) = engine.send(Request::get(url).body(Vec::new()).unwrap()).await;
        assert!(status == 400 && text.contains("<Code>AuthorizationQueryParametersError</Code>"), "{status} {text}");
        assert!(text.contains(expected), "{text}");
    };
    let expires = |value: &str| signed.replace("X-Amz-Expires=60", &format!("X-Amz-Expires={value}"));
    refused(expires("604801"), "must be less than a week (in seconds); that is, the given X-Amz-Expires must be").await;
    refused(expires("-1"), "<Message>X-Amz-Expires must be non-negative</Message>").await;
    refused(expires("soon"), "<Message>X-Amz-Expires should be a number</Message>").await;
    refused(signed.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"), "X-Amz-Algorithm only supports").await;
    let (unsigned, _) = signed.split_once("&X-Amz-Signature=").unwrap();
    refused(unsigned.to_owned(), "Query-string authentication version 4 requires the X-Amz-Algorithm").await;
    refused(signed.replace("us-east-1", "eu-west-1"), "the region &apos;eu-west-1&apos; is wrong; expecting").await;
    refused(signed.replace("X-Amz-Date=20", "X-Amz-Date=May20"), "ISO8601 Long Format").await;
    let twice = Request::get(&signed).header("authorization", "Bearer me").body(Vec::new()).unwrap();
    let (status, text) = engine.send(twice).await;
    assert!(status == 400 && text.contains("Only one auth mechanism allowed"), "{text}");
}

#[tokio::test]
async fn a_part_is_uploaded_by_its_own_url() {
    let engine = Engine::new().await;
    let begun = engine.client.create_multipart_upload().bucket("photos").key("big").send().await.unwrap();
    let part = engine.client.upload_part().bucket("photos").key("big").upload_id(begun.upload_id().unwrap());
    let presigned = part.part_number(3).presigned(for_a_minute()).await.unwrap();
    assert_eq!(engine.send(request(&presigned, |_| {}, b"part")).await.0, 200);
    let parts = engine.client.list_parts().bucket("photos").key("big").upload_id(begun.upload_id().unwrap());
    assert_eq!(parts.send().await.unwrap().parts()[0].part_number(), Some(3));
}

#[tokio::test]
async fn who_does_not_sign_gets_nothing() {
    let engine = Engine::new().await;
    engine.put("k", b"secret").await;
    let (status, text) = engine.send(Request::get(format!("{ADDRESS}/photos/k")).body(Vec::new()).unwrap()).await;
    assert!(status == 403 && text.contains("<Code>AccessDenied</Code>"), "{status} {text}");
}
