//! The MD5 digests by which clients check what SQS got and gives.

use md5::{Digest, Md5};

use crate::message::Attributes;

/// The digest of a body, as hexadecimal digits.
pub(crate) fn of_body(body: &str) -> String {
    hexadecimal(Md5::digest(body.as_bytes()).as_slice())
}

/// The digest of message attributes, `None` when there are none.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>
pub(crate) fn of_attributes(attributes: &Attributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    for (name, attribute) in attributes {
        put(&mut digest, name.as_bytes());
        put(&mut digest, attribute.data_type.as_bytes());
        match &attribute.string_value {
            Some(text) if !attribute.is_binary() => {
                digest.update([1]);
                put(&mut digest, text.as_bytes());
            }
            _ => {
                digest.update([2]);
                put(&mut digest, &attribute.binary());
            }
        }
    }
    Some(hexadecimal(digest.finalize().as_slice()))
}

/// The deduplication id of a message whose queue takes its content for one.
pub(crate) fn of_content(body: &str) -> String {
    hexadecimal(sha2::Sha256::digest(body.as_bytes()).as_slice())
}

fn put(digest: &mut Md5, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_that_clients_compute() {
        assert_eq!(of_body("hello world"), "5eb63bbbe01eeed093cb22bb8f5acdc3");
        let attributes: Attributes = serde_json::from_value(serde_json::json!({
            "timestamp": {"DataType": "Number", "StringValue": "1493147359900"}
        }))
        .expect("valid");
        assert_eq!(of_attributes(&attributes).as_deref(), Some("235c5c510d26fb653d073faed50ae77c"));
        assert_eq!(of_attributes(&Attributes::new()), None);
    }
}
