//! The operations, one file per group.

mod records;
mod streams;
mod tags;

use serde_json::Value;
use service::ServiceError;

use crate::error;
use crate::rows::Stream;
use crate::service::Firehose;

/// The `DeliveryStreamName` of an input.
fn name(input: &Value) -> Result<&str, ServiceError> {
    let name = input["DeliveryStreamName"].as_str().ok_or_else(|| error::missing("deliveryStreamName"))?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if name.is_empty() || !name.bytes().all(allowed) {
        let rule = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
        return Err(error::constraint(name, "deliveryStreamName", rule));
    }
    if name.len() > 64 {
        return Err(error::constraint(name, "deliveryStreamName", "have length less than or equal to 64"));
    }
    Ok(name)
}

impl Firehose {
    /// The stream that an input names.
    fn named(&self, input: &Value) -> Result<Stream, ServiceError> {
        let name = name(input)?;
        self.streams().get(name).cloned().ok_or_else(|| error::not_found(&self.platform.scope, name))
    }
}
