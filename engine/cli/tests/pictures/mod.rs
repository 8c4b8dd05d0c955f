//! Uploads pictures and asks for them the way browsers do.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use aws_sdk_dynamodb::types::AttributeValue;
use media::domain::Checksum;
use serde_json::{Value, json};

use crate::support::{Sluice, eventually};

/// An answer of the web address.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// As they came.
    pub headers: ureq::http::HeaderMap,
    /// Whole.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The stable name of a refusal.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        body["code"].as_str().unwrap().to_owned()
    }
}

/// Asks once, following no redirect.
pub fn get(url: &str, headers: &[(&str, &str)]) -> Answer {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
    let mut request = agent.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, mut body) = request.call().unwrap().into_parts();
    let body = body.with_config().limit(64 << 20).read_to_vec().unwrap();
    Answer { status: head.status.as_u16(), headers: head.headers, body }
}

/// A BMP: the one format that needs no encoder.
pub fn picture(side: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    for number in [54 + side * side * 3, 0, 54, 40, side, side] {
        file.extend(number.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    // Rows are padded to four bytes.
    assert_eq!(side % 4, 0);
    file.extend((0..side).flat_map(|y| (0..side).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)));
    file
}

/// Something with soft colours.
pub fn hills(side: u32) -> Vec<u8> {
    picture(side, |x, y| [(x * 255 / side) as u8, (y * 255 / side) as u8, ((x + y) % 61) as u8])
}

/// Asks where to upload a picture.
pub fn announce(sluice: &Sluice, name: &str, content: &[u8]) -> Value {
    let input = json!({
        "idempotencyKey": name, "fileName": format!("{name}.bmp"), "contentType": "image/bmp", "bytes": content.len(),
        "checksum": Checksum::of(content).to_string(),
    });
    sluice.aws_post("/2015-03-31/functions/media-create-upload/invocations", &input)
}

/// Uploads a picture, waits until it is ready and gives its id.
pub async fn upload(sluice: &Sluice, name: &str, content: &[u8]) -> String {
    let created = announce(sluice, name, content);
    let mut put = ureq::put(created["upload"]["url"].as_str().unwrap_or_else(|| panic!("{created}")));
    for header in created["upload"]["headers"].as_array().unwrap() {
        put = put.header(header["name"].as_str().unwrap(), header["value"].as_str().unwrap());
    }
    assert_eq!(put.send(content).unwrap().status(), 200);
    let id = created["media"]["id"].as_str().unwrap().to_owned();
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    eventually("the picture is processed", || async {
        let read = table.get_item().table_name("media").key("id", AttributeValue::S(id.clone()));
        let item = read.consistent_read(true).send().await.unwrap().item.unwrap();
        let status = item["status"].as_s().unwrap();
        assert!(["PENDING", "PROCESSING", "READY"].contains(&status.as_str()), "{item:?}");
        (status == "READY").then_some(())
    })
    .await;
    id
}

/// Calls an operation of an AWS API that speaks JSON.
pub fn call(sluice: &Sluice, target: &str, input: &Value) -> Value {
    let post =
        ureq::post(&sluice.aws).header("x-amz-target", target).header("content-type", "application/x-amz-json-1.1");
    post.send(input.to_string()).unwrap().body_mut().read_json().unwrap()
}

/// The address of a size, signed with the stack's key.
pub fn signed(sluice: &Sluice, path: &str) -> String {
    let key = call(sluice, "secretsmanager.GetSecretValue", &json!({ "SecretId": "media-signing-key" }));
    let signature = media::serve::sign(key["SecretString"].as_str().unwrap().as_bytes(), path);
    format!("{}{path},s={signature}", sluice.web)
}
