//! The attributes of a queue: their names, limits and defaults.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::ServiceError;

use crate::error;

/// Attributes that can be set, with the range of those that are numbers and the default of those that have one.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
const NUMBERS: &[(&str, u64, u64, u64)] = &[
    ("DelaySeconds", 0, 900, 0),
    ("KmsDataKeyReusePeriodSeconds", 60, 86_400, 300),
    ("MaximumMessageSize", 1024, 1_048_576, 1_048_576),
    ("MessageRetentionPeriod", 60, 1_209_600, 345_600),
    ("ReceiveMessageWaitTimeSeconds", 0, 20, 0),
    ("VisibilityTimeout", 0, 43_200, 30),
];
const TEXTS: &[&str] = &["KmsMasterKeyId", "Policy", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled"];
/// Attributes of FIFO queues: their values, the first of which is the default.
const FIFO: &[(&str, &[&str])] = &[
    ("ContentBasedDeduplication", &["false", "true"]),
    ("DeduplicationScope", &["queue", "messageGroup"]),
    ("FifoQueue", &["true"]),
    ("FifoThroughputLimit", &["perQueue", "perMessageGroupId"]),
];

/// Those that a queue answers but nobody can set.
pub(crate) const READ_ONLY: &[&str] = &[
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
];

/// What was set on a queue, by attribute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Settings(BTreeMap<String, String>);

fn is_fifo_attribute(name: &str) -> bool {
    FIFO.iter().any(|(attribute, _)| *attribute == name)
}

/// Where messages go that were received too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redrive {
    pub(crate) target_arn: String,
    pub(crate) max_receive_count: u32,
}

impl Settings {
    /// Checks and takes over `attributes`; an empty text removes one.
    pub(crate) fn merge(&mut self, attributes: &BTreeMap<String, Value>) -> Result<(), ServiceError> {
        for (name, value) in attributes {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            check(name, &text)?;
            if text.is_empty() {
                self.0.remove(name);
            } else {
                self.0.insert(name.clone(), text);
            }
        }
        match self.0.keys().find(|name| is_fifo_attribute(name)) {
            Some(name) if !self.is_fifo() => Err(error::only_fifo(name)),
            _ => Ok(()),
        }
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.0.contains_key("FifoQueue")
    }

    /// The first of `attributes` whose value here is another.
    pub(crate) fn difference<'a>(&self, attributes: &'a BTreeMap<String, Value>) -> Option<&'a str> {
        let differs = |(name, value): &(&String, &Value)| {
            let wanted = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.get(name).unwrap_or_default() != wanted
        };
        attributes.iter().find(differs).map(|(name, _)| name.as_str())
    }

    /// The value of a settable attribute, its default when it wasn't set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned().or_else(|| match name {
            "SqsManagedSseEnabled" => Some("true".to_owned()),
            "KmsDataKeyReusePeriodSeconds" => None,
            _ => {
                let number =
                    NUMBERS.iter().find(|(number, ..)| *number == name).map(|(.., default)| default.to_string());
                let fifo = FIFO.iter().find(|(attribute, _)| self.is_fifo() && *attribute == name);
                number.or_else(|| fifo.map(|(_, values)| values[0].to_owned()))
            }
        })
    }

    pub(crate) fn seconds(&self, name: &str) -> Duration {
        Duration::from_secs(self.number(name))
    }

    pub(crate) fn number(&self, name: &str) -> u64 {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    pub(crate) fn redrive(&self) -> Option<Redrive> {
        self.0.get("RedrivePolicy").and_then(|policy| parse_redrive(policy).ok())
    }

    /// The names of all attributes that have a value here.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let numbers = NUMBERS.iter().map(|(name, ..)| *name);
        let fifo = FIFO.iter().map(|(name, _)| *name);
        numbers.chain(TEXTS.iter().copied()).chain(fifo).filter(|name| self.get(name).is_some())
    }
}

/// Whether a queue knows an attribute of that name.
pub(crate) fn is_known(name: &str) -> bool {
    name == "All" || settable(name) || READ_ONLY.contains(&name)
}

fn settable(name: &str) -> bool {
    NUMBERS.iter().any(|(number, ..)| *number == name) || TEXTS.contains(&name) || is_fifo_attribute(name)
}

fn check(name: &str, value: &str) -> Result<(), ServiceError> {
    if !settable(name) {
        return Err(error::unknown_attribute(name));
    }
    if let Some((_, least, most, _)) = NUMBERS.iter().find(|(number, ..)| *number == name) {
        let valid = value.parse::<u64>().is_ok_and(|number| (*least..=*most).contains(&number));
        return if valid { Ok(()) } else { Err(error::invalid_attribute(name)) };
    }
    if let Some((_, values)) = FIFO.iter().find(|(attribute, _)| *attribute == name) {
        return if values.contains(&value) { Ok(()) } else { Err(error::invalid_attribute(name)) };
    }
    match name {
        "RedrivePolicy" if !value.is_empty() => parse_redrive(value).map(|_| ()),
        "RedriveAllowPolicy" | "Policy" if !value.is_empty() => {
            let valid = serde_json::from_str::<Value>(value).is_ok_and(|policy| policy.is_object());
            if valid { Ok(()) } else { Err(error::invalid_attribute(name)) }
        }
        "SqsManagedSseEnabled" if !matches!(value, "true" | "false" | "") => Err(error::invalid_attribute(name)),
        _ => Ok(()),
    }
}

fn parse_redrive(policy: &str) -> Result<Redrive, ServiceError> {
    let refuse = |reason: &str| error::invalid_parameter(policy, "RedrivePolicy", reason);
    let parsed: Value = serde_json::from_str(policy).map_err(|_| refuse("Redrive policy is not a valid JSON map."))?;
    let Some(target_arn) = parsed["deadLetterTargetArn"].as_str() else {
        return Err(refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn."));
    };
    let count = match &parsed["maxReceiveCount"] {
        Value::Null => return Err(refuse("Redrive policy does not contain mandatory attribute: maxReceiveCount.")),
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    };
    match count.filter(|count| (1..=1000).contains(count)).and_then(|count| u32::try_from(count).ok()) {
        Some(max_receive_count) => Ok(Redrive { target_arn: target_arn.to_owned(), max_receive_count }),
        None => Err(refuse("Invalid value for maxReceiveCount: must be between 1 and 1000.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merge(name: &str, value: Value) -> Result<Settings, ServiceError> {
        let mut settings = Settings::default();
        settings.merge(&BTreeMap::from([(name.to_owned(), value)])).map(|()| settings)
    }

    #[test]
    fn values_outside_their_range_and_unknown_names_are_refused() {
        assert_eq!(merge("VisibilityTimeout", json!("43201")).expect_err("range").code, "InvalidAttributeValue");
        assert_eq!(merge("Colour", json!("red")).expect_err("name").code, "InvalidAttributeName");
        assert_eq!(merge("FifoQueue", json!("false")).expect_err("only true").code, "InvalidAttributeValue");
        let only = merge("ContentBasedDeduplication", json!("true")).expect_err("not a FIFO queue");
        assert_eq!(only.message, "You can specify the ContentBasedDeduplication only when FifoQueue is set to true.");
        assert!(merge("RedrivePolicy", json!(r#"{"deadLetterTargetArn":"a"}"#)).is_err());
    }

    #[test]
    fn what_was_not_set_has_its_default() {
        let settings =
            merge("RedrivePolicy", json!(r#"{"deadLetterTargetArn":"a","maxReceiveCount":"3"}"#)).expect("ok");
        assert_eq!(settings.seconds("VisibilityTimeout"), Duration::from_secs(30));
        assert_eq!(settings.redrive(), Some(Redrive { target_arn: "a".to_owned(), max_receive_count: 3 }));
        let asked = BTreeMap::from([("DelaySeconds".to_owned(), json!("1"))]);
        assert_eq!(settings.difference(&asked), Some("DelaySeconds"));
    }
}
