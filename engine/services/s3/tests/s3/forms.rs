//! Files that browsers put into a bucket by a form.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt;
use s3s::Body;
use serde_json::json;

use crate::support::{ADDRESS, Engine};

/// What boto3's `generate_presigned_post("photos", "form/${filename}", ..., ExpiresIn=3600)` answers at the start of 2030
/// for the keys `sluice`: conditions for a text, the status 201, `x-amz-meta-who`, and 2 to 10 bytes.
const SIGNED: [(&str, &str); 9] = [
    ("Content-Type", "text/plain"),
    ("success_action_status", "201"),
    ("x-amz-meta-who", "me"),
    ("key", "form/${filename}"),
    ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
    ("x-amz-credential", "sluice/20300101/us-east-1/s3/aws4_request"),
    ("x-amz-date", "20300101T120000Z"),
    (
        "policy",
        "eyJleHBpcmF0aW9uIjogIjIwMzAtMDEtMDFUMTM6MDA6MDBaIiwgImNvbmRpdGlvbnMiOiBbWyJzdGFydHMtd2l0aCIsICIkQ29udGVudC1U\
         eXBlIiwgInRleHQvIl0sIHsic3VjY2Vzc19hY3Rpb25fc3RhdHVzIjogIjIwMSJ9LCBbInN0YXJ0cy13aXRoIiwgIiR4LWFtei1tZXRhLXdo\
         byIsICIiXSwgWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsIDIsIDEwXSwgeyJidWNrZXQiOiAicGhvdG9zIn0sIFsic3RhcnRzLXdpdGgiLCAi\
         JGtleSIsICJmb3JtLyJdLCB7IngtYW16LWFsZ29yaXRobSI6ICJBV1M0LUhNQUMtU0hBMjU2In0sIHsieC1hbXotY3JlZGVudGlhbCI6ICJz\
         bHVpY2UvMjAzMDAxMDEvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LCB7IngtYW16LWRhdGUiOiAiMjAzMDAxMDFUMTIwMDAwWiJ9XX0=",
    ),
    ("x-amz-signature", "7fa1825fdf1eb3634e0de39790e1e4495ae0e3cd8cbae0a6a4e23d06c0ff32f2"),
];
/// The same as boto3 signs it unless it is told a version.
const SIGNED_V2: [(&str, &str); 7] = [
    ("Content-Type", "text/plain"),
    ("success_action_status", "201"),
    ("x-amz-meta-who", "me"),
    ("key", "form/${filename}"),
    ("AWSAccessKeyId", "sluice"),
    (
        "policy",
        "eyJleHBpcmF0aW9uIjogIjIwMzAtMDEtMDFUMTM6MDA6MDBaIiwgImNvbmRpdGlvbnMiOiBbWyJzdGFydHMtd2l0aCIsICIkQ29udGVudC1U\
         eXBlIiwgInRleHQvIl0sIHsic3VjY2Vzc19hY3Rpb25fc3RhdHVzIjogIjIwMSJ9LCBbInN0YXJ0cy13aXRoIiwgIiR4LWFtei1tZXRhLXdo\
         byIsICIiXSwgWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsIDIsIDEwXSwgeyJidWNrZXQiOiAicGhvdG9zIn0sIFsic3RhcnRzLXdpdGgiLCAi\
         JGtleSIsICJmb3JtLyJdXX0=",
    ),
    ("signature", "IdG/EWPZ7H8n+lpGxavo2slk+Hw="),
];

fn form(url: &str, fields: &[(&str, &str)], file: Option<(&str, &str)>) -> Request<Vec<u8>> {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    if let Some((name, content)) = file {
        body += &format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n\
             {content}\r\n--b\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nUpload\r\n"
        );
    }
    body += "--b--\r\n";
    Request::post(url).header("content-type", "multipart/form-data; boundary=b").body(body.into_bytes()).unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// The signed fields, with other values for some.
fn with<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let value = |name: &str| others.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    SIGNED.iter().map(|(name, signed)| (*name, value(name).unwrap_or(signed))).collect()
}

#[tokio::test]
async fn a_form_puts_a_file_under_its_own_name_and_says_where() {
    let (engine, _) = Engine::in_2030().await;
    let arn = engine.make_queue("told").await;
    let queue = json!({"QueueArn": arn, "Events": ["s3:ObjectCreated:Post"]});
    let notification = json!({"Bucket": "photos", "NotificationConfiguration": {"QueueConfigurations": [queue]}});
    engine.call("PutBucketNotificationConfiguration", notification).await.unwrap();
    engine.next("told").await;
    let url = format!("{ADDRESS}/photos");
    for fields in [SIGNED.as_slice(), SIGNED_V2.as_slice()] {
        let response = engine.respond(form(&url, fields, Some(("C:\\fakepath\\ü 1.txt", "hello")))).await;
        assert_eq!(response.status(), 201);
        let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
        assert_eq!(response.headers()["etag"], etag);
        let location = format!("{ADDRESS}/photos/form%2F%C3%BC%201.txt");
        assert_eq!(response.headers()["location"], location);
        let told = text(response).await;
        let key = "<Bucket>photos</Bucket><Key>form/ü 1.txt</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;";
        assert!(told.contains(&format!("<PostResponse><Location>{location}</Location>{key}")), "{told}");
        let object = engine.client.get_object().bucket("photos").key("form/ü 1.txt").send().await.unwrap();
        assert_eq!(object.content_type(), Some("text/plain"));
        assert_eq!(object.metadata().unwrap()["who"], "me");
        assert_eq!(object.body.collect().await.unwrap().to_vec(), b"hello");
        assert_eq!(engine.next("told").await["Records"][0]["eventName"], "ObjectCreated:Post");
        engine.client.delete_object().bucket("photos").key("form/ü 1.txt").send().await.unwrap();
    }
    let virtual_hosted = "http://photos.s3.localhost:4566/";
    let response = engine.respond(form(virtual_hosted, &SIGNED, Some(("a", "hello")))).await;
    assert_eq!(response.headers()["location"], "http://photos.s3.localhost:4566/form%2Fa");
}

#[tokio::test]
async fn a_form_is_refused_what_its_policy_does_not_allow() {
    let (engine, clock) = Engine::in_2030().await;
    let url = format!("{ADDRESS}/photos");
    let file = Some(("a.txt", "hello"));
    let refused = async |fields: &[(&str, &str)], file, status: u16, expected: &str| {
        let (got, text) = engine.send(form(&url, fields, file)).await;
        assert!(got == status && text.contains(expected), "{expected}: {got} {text}");
        text
    };
    let failed = "<Code>AccessDenied</Code><Message>Invalid according to Policy: Policy Condition failed: \
                  [&quot;starts-with&quot;, &quot;$key&quot;, &quot;form/&quot;]</Message>";
    refused(&with(&[("key", "elsewhere/${filename}")]), file, 403, failed).await;
    refused(&with(&[("success_action_status", "200")]), file, 403, "[&quot;eq&quot;, &quot;$success_action_status")
        .await;
    let more = [SIGNED.as_slice(), &[("x-amz-meta-more", "1")]].concat();
    refused(&more, file, 403, "Invalid according to Policy: Extra input fields: x-amz-meta-more").await;
    let large = refused(&SIGNED, Some(("a.txt", "hello world")), 400, "<Code>EntityTooLarge</Code>").await;
    assert!(large.contains("<ProposedSize>11</ProposedSize><MaxSizeAllowed>10</MaxSizeAllowed>"), "{large}");
    let small = refused(&SIGNED, Some(("a.txt", "h")), 400, "<Code>EntityTooSmall</Code>").await;
    assert!(small.contains("<ProposedSize>1</ProposedSize><MinSizeAllowed>2</MinSizeAllowed>"), "{small}");
    let other = SIGNED[8].1.replace('7', "8");
    let forged = with(&[("x-amz-signature", other.as_str())]);
    let shown = refused(&forged, file, 403, "<Code>SignatureDoesNotMatch</Code>").await;
    assert!(shown.contains(&format!("<StringToSign>{}</StringToSign>", SIGNED[7].1)), "{shown}");
    let field = "Bucket POST must contain a field named";
    refused(&SIGNED[..8], file, 400, &format!("{field} &apos;X-Amz-Signature&apos;.  If it is")).await;
    refused(&[], file, 400, &format!("{field} &apos;key&apos;")).await;
    refused(&[("key", "k")], file, 403, "<Message>Access Denied</Message>").await;
    refused(&SIGNED, None, 400, "POST requires exactly one file upload per request.").await;
    assert_eq!(engine.get("form/a.txt").await, None);
    let plain = Request::post(&url).header("content-type", "text/plain").body(b"hello".to_vec()).unwrap();
    let (status, text) = engine.send(plain).await;
    assert!(status == 412 && text.contains("enclosure-type multipart/form-data"), "{text}");
    // The policy decides how long a form is good, not the moment of its signature.
    clock.advance(Duration::from_secs(3599));
    assert_eq!(engine.send(form(&url, &SIGNED, file)).await.0, 201);
    clock.advance(Duration::from_secs(1));
    refused(&SIGNED, file, 403, "Invalid according to Policy: Policy expired.").await;
}
