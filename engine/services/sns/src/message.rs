//! A published message.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::ServiceError;
use uuid::Uuid;

use crate::error;

/// Bytes that a message with its attributes may have, and those of a batch together.
pub(crate) const MAX_BYTES: usize = 262_144;

/// Message attributes by name.
pub(crate) type Attributes = BTreeMap<String, Attribute>;

/// <https://docs.aws.amazon.com/sns/latest/api/API_MessageAttributeValue.html>
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    /// The type without what its sender has put behind a dot.
    pub(crate) fn kind(&self) -> &str {
        self.data_type.split('.').next().unwrap_or_default()
    }

    /// The value as notifications carry it.
    pub(crate) fn value(&self) -> &str {
        self.string_value.as_deref().or(self.binary_value.as_deref()).unwrap_or_default()
    }

    fn check(&self, name: &str) -> Result<(), ServiceError> {
        check_attribute_name(name)?;
        let kind = self.kind();
        let (field, own, other) = match kind {
            "String" | "Number" => ("String", &self.string_value, &self.binary_value),
            "Binary" => ("Binary", &self.binary_value, &self.string_value),
            _ => {
                return Err(error::invalid_value(format!(
                    "The message attribute '{name}' has an invalid message attribute type, the set of supported type \
                     prefixes is Binary, Number, and String."
                )));
            }
        };
        match own.as_deref() {
            Some(value) if !value.is_empty() => {}
            None if other.is_some() => {
                return Err(error::invalid_value(format!(
                    "The message attribute '{name}' with type '{}' must use field '{field}'.",
                    self.data_type
                )));
            }
            _ => {
                return Err(error::invalid_value(format!(
                    "The message attribute '{name}' must contain non-empty message attribute value for message attribute \
                     type '{}'.",
                    self.data_type
                )));
            }
        }
        if kind == "Number" && self.value().parse::<f64>().is_err() {
            return Err(error::invalid_value(format!("Could not cast message attribute '{name}' value to number.")));
        }
        if kind == "Binary" && STANDARD.decode(self.value()).is_err() {
            return Err(error::invalid_value(format!("The message attribute '{name}' is not base64.")));
        }
        Ok(())
    }

    fn size(&self, name: &str) -> usize {
        name.len() + self.data_type.len() + self.value().len()
    }
}

fn check_attribute_name(name: &str) -> Result<(), ServiceError> {
    if name.len() > 256 {
        return Err(error::invalid_value("Length of message attribute name must be less than 256 bytes."));
    }
    let allowed = |character: &char| character.is_ascii_alphanumeric() || "_-.".contains(*character);
    if let Some(odd) = name.chars().find(|character| !allowed(character)) {
        return Err(error::invalid_value(format!(
            "Invalid non-alphanumeric character '#x{:X}' was found in the message attribute name. Can only include \
             alphanumeric characters, hyphens, underscores, or dots.",
            u32::from(odd)
        )));
    }
    for (found, place) in [(name.starts_with('.'), "starting"), (name.ends_with('.'), "ending")] {
        if found {
            let message = format!("Invalid message attribute name {place} with character '.' was found.");
            return Err(error::invalid_value(message));
        }
    }
    if name.contains("..") {
        return Err(error::invalid_value("Message attribute name can not have successive '.' character."));
    }
    Ok(())
}

/// What a publisher wrote: the members that Publish and the entries of PublishBatch share.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Draft {
    pub(crate) message: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) message_structure: Option<String>,
    #[serde(default)]
    pub(crate) message_attributes: Attributes,
    pub(crate) message_group_id: Option<String>,
    pub(crate) message_deduplication_id: Option<String>,
}

impl Draft {
    /// Bytes that count towards the limit.
    pub(crate) fn size(&self) -> usize {
        let attributes = self.message_attributes.iter().map(|(name, attribute)| attribute.size(name));
        self.message.as_deref().map_or(0, str::len) + attributes.sum::<usize>()
    }

    /// Checks what can be checked without the topic. `path` is where the draft is in the request, for complaints.
    pub(crate) fn check(&self, path: &str) -> Result<(), ServiceError> {
        let message = self.message.as_deref().ok_or_else(|| error::missing(&format!("{path}message")))?;
        if self.subject.as_deref().is_some_and(|subject| !is_subject(subject)) {
            return Err(error::invalid_parameter("Subject"));
        }
        if message.trim().is_empty() {
            return Err(error::invalid_parameter("Empty message"));
        }
        if self.size() > MAX_BYTES {
            return Err(error::invalid_parameter("Message too long"));
        }
        for (name, attribute) in &self.message_attributes {
            if attribute.data_type.is_empty() {
                return Err(error::missing(&format!("{path}messageAttributes.{name}.member.dataType")));
            }
            attribute.check(name)?;
        }
        Ok(())
    }

    /// The texts of a structured message by protocol; none of one that has the same text for all.
    pub(crate) fn by_protocol(&self) -> Result<Option<BTreeMap<String, String>>, ServiceError> {
        match self.message_structure.as_deref() {
            None => return Ok(None),
            Some("json") => {}
            Some(_) => return Err(error::invalid_parameter("MessageStructure")),
        }
        let parsed: Value = serde_json::from_str(self.message.as_deref().unwrap_or_default())
            .map_err(|_| error::invalid_parameter("Message Structure - JSON message body failed to parse"))?;
        let no_default = || error::invalid_parameter("Message Structure - No default entry in JSON message body");
        let members = parsed.as_object().ok_or_else(no_default)?;
        let texts = members.iter().filter_map(|(protocol, text)| Some((protocol.clone(), text.as_str()?.to_owned())));
        let texts: BTreeMap<_, _> = texts.collect();
        if texts.contains_key("default") { Ok(Some(texts)) } else { Err(no_default()) }
    }
}

/// Up to a hundred ASCII characters without line breaks and other control characters.
fn is_subject(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.chars().all(|character| matches!(character, ' '..='~'))
}

/// A message as it was accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) topic: String,
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by_protocol: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) attributes: Attributes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deduplication_id: Option<String>,
    pub(crate) published_at: Timestamp,
    /// Its place among the messages of FIFO topics: the number of its row, with which it is read.
    #[serde(skip)]
    pub(crate) sequence: Option<i64>,
}

impl Message {
    /// The text for subscriptions of a protocol.
    pub(crate) fn text_for(&self, protocol: &str) -> &str {
        let Some(texts) = &self.by_protocol else { return &self.text };
        texts.get(protocol).or_else(|| texts.get("default")).unwrap_or(&self.text)
    }

    /// What was published, as a device's app gets it.
    pub(crate) fn as_draft(&self) -> Draft {
        let message_structure = self.by_protocol.as_ref().map(|_| "json".to_owned());
        Draft { message: Some(self.text.clone()), message_structure, ..Draft::default() }
    }

    /// Twenty digits, as SNS tells the place of a message of a FIFO topic.
    pub(crate) fn sequence_number(&self) -> Option<String> {
        self.sequence.map(|sequence| format!("1{sequence:019}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(draft: Value) -> (String, String) {
        let draft: Draft = serde_json::from_value(draft).expect("valid");
        let failure = draft.check("").and_then(|()| draft.by_protocol().map(|_| ())).expect_err("refused");
        (failure.code, failure.message)
    }

    #[test]
    fn what_no_message_may_be_is_refused_with_awss_text() {
        let invalid = |what: &str| ("InvalidParameter".to_owned(), format!("Invalid parameter: {what}"));
        assert_eq!(refusal(json!({"Message": " \n"})), invalid("Empty message"));
        assert_eq!(refusal(json!({"Message": "a", "Subject": ""})), invalid("Subject"));
        assert_eq!(refusal(json!({"Message": "a", "Subject": "two\nlines"})), invalid("Subject"));
        assert_eq!(refusal(json!({"Message": "a".repeat(MAX_BYTES + 1)})), invalid("Message too long"));
        let structured = |text: &str| refusal(json!({"Message": text, "MessageStructure": "json"}));
        assert_eq!(structured("{"), invalid("Message Structure - JSON message body failed to parse"));
        let no_default = invalid("Message Structure - No default entry in JSON message body");
        assert_eq!(structured(r#"{"sqs": "a"}"#), no_default);
        assert_eq!(structured(r#"{"default": 1}"#), no_default);
    }

    #[test]
    fn an_attribute_has_a_name_a_type_and_a_value_of_it() {
        let attribute = |name: &str, value: Value| {
            let (code, message) = refusal(json!({"Message": "a", "MessageAttributes": {name: value}}));
            format!("{code}: {message}")
        };
        let string = |value: &str| json!({"DataType": "String", "StringValue": value});
        assert_eq!(
            attribute("a", string("")),
            "ParameterValueInvalid: The message attribute 'a' must contain non-empty message attribute value for message \
             attribute type 'String'."
        );
        assert_eq!(
            attribute("a", json!({"DataType": "Number", "BinaryValue": "AgME"})),
            "ParameterValueInvalid: The message attribute 'a' with type 'Number' must use field 'String'."
        );
        assert_eq!(
            attribute("a", json!({"StringValue": "x"})),
            "ValidationError: 1 validation error detected: Value null at 'messageAttributes.a.member.dataType' failed to \
             satisfy constraint: Member must not be null"
        );
        assert!(attribute("a^", string("x")).contains("'#x5E'"));
        assert!(attribute(".a", string("x")).contains("starting with"));
        assert!(attribute("a..b", string("x")).contains("successive"));
        assert!(attribute("a", json!({"DataType": "Text", "StringValue": "x"})).contains("supported type prefixes"));
    }
}
