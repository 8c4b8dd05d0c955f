//! A client of the media API: it knows the GraphQL address and what it is answered, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{PATIENCE, Sluice, eventually};

const MEDIA: &str = "id owner status kind fileName contentType bytes checksum width height progress placeholder \
    dominantColor perceptualHash duplicateOf createdAt updatedAt rejection { code message } \
    variants { name format contentType width height bytes url }";

const UPLOAD: &str = "method url headers { name value } expiresAt \
    multipart { uploadId partBytes parts { number offset bytes received url } }";

/// A file that somebody uploads.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) content: Vec<u8>,
}

/// What came back of an HTTP request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl File {
    /// A photo as a camera writes it.
    pub(crate) fn photo() -> Self {
        let content = crate::photo::jpeg(480, 360);
        Self { name: "lake.jpg", content_type: "image/jpeg", content }
    }

    /// A bitmap of so many pixels, three bytes each, whose middle is of another colour.
    pub(crate) fn bitmap(width: u32, height: u32) -> Self {
        let bytes = width * height * 3;
        let mut content = b"BM".to_vec();
        for number in [54 + bytes, 0, 54, 40, width, height, 1 | 24 << 16, 0, bytes, 2835, 2835, 0, 0] {
            content.extend(number.to_le_bytes());
        }
        for y in 0..height {
            let far = y.abs_diff(height / 2);
            content.extend((0..width).flat_map(|x| [(x % 251) as u8, (y % 241) as u8, (far % 256) as u8]));
        }
        Self { name: "scan.bmp", content_type: "image/bmp", content }
    }

    /// What is announced of it.
    pub(crate) fn announced(&self) -> Value {
        let checksum = STANDARD.encode(Sha256::digest(&self.content));
        json!({
            "fileName": self.name, "contentType": self.content_type, "bytes": self.content.len(), "checksum": checksum,
        })
    }
}

/// The announcement with more, or other, members.
pub(crate) fn with(mut announced: Value, more: Value) -> Value {
    announced.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    announced
}

/// Runs an operation that is executed, and gives its `data`.
pub(crate) fn graphql(sluice: &Sluice, query: &str, variables: Value) -> Value {
    let (status, body) = sluice.post("/media/graphql", &json!({"query": query, "variables": variables}).to_string());
    assert_eq!(status, 200, "{body}");
    let mut answer: Value = serde_json::from_str(&body).unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].take()
}

/// Runs a mutation and gives its payload.
pub(crate) fn mutate(sluice: &Sluice, name: &str, input: Value) -> Value {
    let capital = name[..1].to_uppercase() + &name[1..];
    let upload = if name == "createUpload" { format!("upload {{ {UPLOAD} }}") } else { String::new() };
    let query = format!(
        "mutation($input: {capital}Input!) {{ {name}(input: $input) {{
            media {{ {MEDIA} }} {upload} errors {{ __typename code message field }} execution {{ status }}
        }} }}"
    );
    graphql(sluice, &query, json!({"input": input}))[name].take()
}

/// Asks for an upload, which is granted.
pub(crate) fn create(sluice: &Sluice, input: Value) -> Value {
    let payload = mutate(sluice, "createUpload", input);
    assert_eq!(payload["errors"], json!([]), "{payload}");
    payload
}

/// The media as it is now.
pub(crate) fn media(sluice: &Sluice, id: &str) -> Value {
    graphql(sluice, &format!("query($id: ID!) {{ media(id: $id) {{ {MEDIA} }} }}"), json!({"id": id}))["media"].take()
}

/// The ids of an owner's media.
pub(crate) fn ids_of(sluice: &Sluice, owner: &str) -> Vec<String> {
    let query = "query($owner: ID!) { mediaByOwner(owner: $owner, first: 100) { nodes { id } } }";
    let found = graphql(sluice, query, json!({"owner": owner}));
    let nodes = found["mediaByOwner"]["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// Calls an operation of an AWS API that takes JSON.
pub(crate) fn operate(sluice: &Sluice, target: &str, input: &Value) -> Value {
    let post =
        http().post(&sluice.aws).header("x-amz-target", target).header("content-type", "application/x-amz-json-1.1");
    post.send(input.to_string()).unwrap().body_mut().read_json().unwrap()
}

/// Sends content where an upload says, with the headers that it names.
pub(crate) fn send(upload: &Value, content: &[u8]) -> Answer {
    let headers = upload["headers"].as_array().unwrap().iter();
    let headers: Vec<_> = headers.map(|it| (it["name"].as_str().unwrap(), it["value"].as_str().unwrap())).collect();
    put(upload["url"].as_str().unwrap(), &headers, content)
}

/// Sends a part where it is to go, and gives its ETag.
pub(crate) fn send_part(part: &Value, file: &File) -> String {
    let number = |name: &str| usize::try_from(part[name].as_u64().unwrap()).unwrap();
    let content = &file.content[number("offset")..number("offset") + number("bytes")];
    let answer = put(part["url"].as_str().unwrap(), &[], content);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.headers["etag"].to_str().unwrap().to_owned()
}

pub(crate) fn put(url: &str, headers: &[(&str, &str)], content: &[u8]) -> Answer {
    let request = headers.iter().fold(http().put(url), |request, (name, value)| request.header(*name, *value));
    Answer::from(request.send(content).unwrap())
}

/// Gets what an address leads to.
pub(crate) fn get(url: &Value) -> Answer {
    Answer::from(http().get(url.as_str().unwrap()).call().unwrap())
}

/// Uploads a file in one request, and gives the media's id.
pub(crate) fn upload(sluice: &Sluice, file: &File, more: Value) -> String {
    let created = create(sluice, with(file.announced(), more));
    let answer = send(&created["upload"], &file.content);
    assert_eq!(answer.status, 200, "{}", answer.text());
    created["media"]["id"].as_str().unwrap().to_owned()
}

/// Waits until a media has come to an end, and gives it.
pub(crate) async fn ended(sluice: &Sluice, id: &str) -> Value {
    eventually("the media is processed", || async {
        Some(media(sluice, id)).filter(|media| !["PENDING", "PROCESSING"].contains(&media["status"].as_str().unwrap()))
    })
    .await
}

/// Waits until a media is ready, and gives it.
pub(crate) async fn ready(sluice: &Sluice, id: &str) -> Value {
    let media = ended(sluice, id).await;
    assert_eq!(media["status"], "READY", "{media}");
    media
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn from(mut response: ureq::http::Response<ureq::Body>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap(),
        }
    }
}

fn http() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().new_agent()
}
