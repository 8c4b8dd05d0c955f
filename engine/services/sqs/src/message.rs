//! A message, and what a sender may put into one.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use service::ServiceError;

use crate::error;

/// What a sender wrote; it never changes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) body: String,
    #[serde(default)]
    pub(crate) attributes: Attributes,
    #[serde(default)]
    pub(crate) system: Attributes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deduplication_id: Option<String>,
}

/// Message attributes by name; the order in which their digest takes them.
pub(crate) type Attributes = BTreeMap<String, Attribute>;

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html>
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    #[serde(default)]
    pub(crate) data_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) string_value: Option<String>,
    /// Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) binary_value: Option<String>,
}

impl Attribute {
    /// The bytes of a binary attribute.
    pub(crate) fn binary(&self) -> Vec<u8> {
        self.binary_value.as_deref().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default()
    }

    pub(crate) fn is_binary(&self) -> bool {
        self.data_type.starts_with("Binary")
    }

    fn check(&self, name: &str) -> Result<(), ServiceError> {
        let kind = self.data_type.split('.').next().unwrap_or_default();
        let filled = match kind {
            "Binary" => {
                self.binary_value.as_deref().is_some_and(|text| STANDARD.decode(text).is_ok_and(|b| !b.is_empty()))
            }
            "String" | "Number" => self.string_value.as_deref().is_some_and(|text| !text.is_empty()),
            "" => {
                return Err(error::invalid_value(format!(
                    "The message attribute '{name}' must contain non-empty message attribute type."
                )));
            }
            _ => {
                return Err(error::invalid_value(format!(
                    "The message attribute '{name}' has an invalid message attribute type, the set of supported type \
                     prefixes is Binary, Number, and String."
                )));
            }
        };
        if !filled {
            return Err(error::invalid_value(format!(
                "The message attribute '{name}' must contain non-empty message attribute value for message attribute \
                 type '{kind}'."
            )));
        }
        let number = kind != "Number" || self.string_value.as_deref().is_some_and(|text| text.parse::<f64>().is_ok());
        if !number {
            let message = format!("Can't cast the value of message (user) attribute '{name}' to a number.");
            return Err(error::invalid_value(message));
        }
        Ok(())
    }

    fn size(&self, name: &str) -> usize {
        let value =
            if self.is_binary() { self.binary().len() } else { self.string_value.as_deref().map_or(0, str::len) };
        name.len() + self.data_type.len() + value
    }
}

impl Payload {
    /// How many bytes count towards the limits of a queue and a batch: body and message attributes.
    pub(crate) fn size(&self) -> usize {
        self.body.len() + self.attributes.iter().map(|(name, attribute)| attribute.size(name)).sum::<usize>()
    }

    /// Checks what can be checked without the queue.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        if self.body.is_empty() {
            return Err(error::missing("MessageBody"));
        }
        let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        if !self.body.chars().all(allowed) {
            return Err(error::invalid_contents());
        }
        if self.attributes.len() > 10 {
            let message =
                format!("Number of message attributes [{}] exceeds the allowed maximum [10].", self.attributes.len());
            return Err(error::invalid_value(message));
        }
        self.attributes.iter().try_for_each(|(name, attribute)| attribute.check(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_a_character_that_xml_lacks_is_refused() {
        let payload = Payload { body: "a\u{0}b".to_owned(), ..Payload::default() };
        assert_eq!(payload.check().expect_err("refused").code, "InvalidMessageContents");
        assert!(Payload { body: "tab\tand 🦀".to_owned(), ..Payload::default() }.check().is_ok());
    }

    #[test]
    fn an_attribute_must_be_filled_and_a_number_must_be_one() {
        let of = |data_type: &str, value: &str| Attribute {
            data_type: data_type.to_owned(),
            string_value: Some(value.to_owned()),
            binary_value: None,
        };
        assert!(of("Number.int", "5").check("n").is_ok());
        assert!(of("Number", "five").check("n").is_err());
        assert!(of("String", "").check("n").is_err());
        assert!(of("Text", "x").check("n").is_err());
    }
}
