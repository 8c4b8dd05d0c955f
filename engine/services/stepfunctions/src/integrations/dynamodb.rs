//! `arn:aws:states:::dynamodb:getItem`, `putItem`, `updateItem`, `deleteItem`.

use asl::{Payload, Resource};
use serde_json::{Map, Value};

use super::envelope::{self, Headers};
use super::failure::{DYNAMODB, Failure};
use super::{Attempt, payload};

pub(super) async fn call(attempt: &Attempt<'_>, action: &str) -> Result<Payload, Failure> {
    let services = &attempt.platform.services;
    let answer = services.call("dynamodb", &Resource::operation(action), Value::Object(attempt.parameters())).await;
    let answer = match answer.map_err(|error| DYNAMODB.failure(&error))? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let body = Value::Object(answer.clone()).to_string();
    let id = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    // As recorded: a different fleet answers reads.
    let request_id = if action == "getItem" { "x-amzn-requestid" } else { "x-amzn-RequestId" };
    let content = ("application/x-amz-json-1.0", body.len());
    let headers = Headers::new("Connection", (request_id, &id), content, attempt.platform.clock.now())
        .with("Server", "Server")
        .with("x-amz-crc32", crc32(body.as_bytes()).to_string());
    Ok(payload(&envelope::wrap(answer, &headers, 200, &id)))
}

/// The checksum that DynamoDB sends with every answer.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
