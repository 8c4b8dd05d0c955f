//! A topic and its attributes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::{Scope, ServiceError};

use crate::error;

/// How the name of a FIFO topic ends, and that of no other.
pub(crate) const FIFO_SUFFIX: &str = ".fifo";

/// Attributes that a topic can be given, besides those for FIFO topics and the roles for delivery status.
const SETTABLE: &[&str] =
    &["DeliveryPolicy", "DisplayName", "KmsMasterKeyId", "Policy", "SignatureVersion", "TracingConfig"];

const SETTABLE_ON_FIFO: &[&str] = &["ContentBasedDeduplication", "FifoThroughputScope"];

/// What keeps how deliveries went, for these protocols.
const STATUS_PROTOCOLS: &[&str] = &["HTTP", "Firehose", "Lambda", "Application", "SQS"];
const STATUS_ATTRIBUTES: &[&str] = &["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"];

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// A topic.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Topic {
    pub(crate) arn: String,
    /// What was set on it.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) tags: Tags,
    pub(crate) subscriptions_deleted: u64,
    /// Held while a FIFO topic is published to, which keeps its messages in order.
    #[serde(skip)]
    pub(crate) order: Arc<tokio::sync::Mutex<()>>,
}

impl Topic {
    pub(crate) fn is_fifo(&self) -> bool {
        self.arn.ends_with(FIFO_SUFFIX)
    }

    pub(crate) fn is_on(&self, attribute: &str) -> bool {
        self.attributes.get(attribute).is_some_and(|value| value == "true")
    }

    /// Its access policy, the one it began with unless another was set.
    pub(crate) fn policy(&self, scope: &Scope) -> Value {
        let set = self.attributes.get("Policy").and_then(|text| serde_json::from_str(text).ok());
        set.unwrap_or_else(|| default_policy(&self.arn, scope))
    }

    /// What GetTopicAttributes tells, but for the counts of subscriptions.
    pub(crate) fn shown(&self, scope: &Scope) -> BTreeMap<String, String> {
        let mut shown = self.attributes.clone();
        shown.insert("TopicArn".to_owned(), self.arn.clone());
        shown.insert("Owner".to_owned(), scope.account.clone());
        shown.entry("DisplayName".to_owned()).or_default();
        shown.entry("Policy".to_owned()).or_insert_with(|| default_policy(&self.arn, scope).to_string());
        shown.insert("EffectiveDeliveryPolicy".to_owned(), effective_delivery_policy(self).to_string());
        if self.is_fifo() {
            shown.insert("FifoTopic".to_owned(), "true".to_owned());
            shown.entry("ContentBasedDeduplication".to_owned()).or_insert_with(|| "false".to_owned());
        }
        shown
    }
}

/// Checks a topic's name.
///
/// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>
pub(crate) fn check_name(name: &str, fifo: bool) -> Result<(), ServiceError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let (stem, complaint) = if fifo {
        let complaint = "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII \
                         letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.";
        (name.strip_suffix(FIFO_SUFFIX).unwrap_or_default(), complaint)
    } else {
        (name, "Topic Name")
    };
    if !stem.is_empty() && name.len() <= 256 && stem.chars().all(allowed) {
        return Ok(());
    }
    Err(error::invalid_parameter(complaint))
}

/// Checks that topics of this kind have an attribute of this name.
pub(crate) fn check_attribute_name(name: &str, fifo: bool) -> Result<(), ServiceError> {
    if name == "ArchivePolicy" {
        return Err(error::not_built("sluice does not keep messages of FIFO topics for replay yet: ArchivePolicy"));
    }
    let status = STATUS_PROTOCOLS
        .iter()
        .any(|protocol| name.strip_prefix(protocol).is_some_and(|rest| STATUS_ATTRIBUTES.contains(&rest)));
    if SETTABLE.contains(&name) || status || (fifo && SETTABLE_ON_FIFO.contains(&name)) {
        return Ok(());
    }
    Err(error::invalid_parameter("AttributeName"))
}

/// Checks an attribute that a topic is to be given.
pub(crate) fn check_attribute(name: &str, value: &str, fifo: bool) -> Result<(), ServiceError> {
    check_attribute_name(name, fifo)?;
    let allowed: &[&str] = match name {
        "ContentBasedDeduplication" => &["true", "false"],
        "FifoThroughputScope" => &["Topic", "MessageGroup"],
        "SignatureVersion" => &["1", "2"],
        "TracingConfig" => &["Active", "PassThrough"],
        "DeliveryPolicy" | "Policy" => {
            let parsed = serde_json::from_str::<Value>(value);
            return match parsed {
                Ok(Value::Object(_)) => Ok(()),
                _ if name == "Policy" => Err(error::invalid_parameter("Policy Error: null")),
                _ => Err(error::invalid_parameter("DeliveryPolicy: failed to parse JSON.")),
            };
        }
        _ => return Ok(()),
    };
    if allowed.contains(&value) {
        return Ok(());
    }
    let must = allowed.join(" or ");
    Err(error::invalid_parameter(format!("{name}: Invalid value [{value}]. Must be {must}.")))
}

fn default_policy(arn: &str, scope: &Scope) -> Value {
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [
                "SNS:GetTopicAttributes",
                "SNS:SetTopicAttributes",
                "SNS:AddPermission",
                "SNS:RemovePermission",
                "SNS:DeleteTopic",
                "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic",
                "SNS:Publish"
            ],
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": scope.account}}
        }]
    })
}

/// How AWS would retry HTTP endpoints.
fn effective_delivery_policy(topic: &Topic) -> Value {
    let set = topic.attributes.get("DeliveryPolicy").and_then(|text| serde_json::from_str(text).ok());
    set.unwrap_or_else(|| {
        json!({"http": {
            "defaultHealthyRetryPolicy": {
                "minDelayTarget": 20,
                "maxDelayTarget": 20,
                "numRetries": 3,
                "numMaxDelayRetries": 0,
                "numNoDelayRetries": 0,
                "numMinDelayRetries": 0,
                "backoffFunction": "linear"
            },
            "disableSubscriptionOverrides": false,
            "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"}
        }})
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_characters_of_its_kind() {
        for (name, fifo) in [("orders", false), ("a-b_C1", false), ("orders.fifo", true)] {
            assert!(check_name(name, fifo).is_ok(), "{name}");
        }
        for (name, fifo) in [("", false), ("a b", false), ("orders.fifo", false), ("orders", true), (".fifo", true)] {
            assert!(check_name(name, fifo).is_err(), "{name}");
        }
        assert!(check_name(&"x".repeat(257), false).is_err());
    }

    #[test]
    fn an_attribute_that_topics_lack_is_refused() {
        for (name, value, fifo) in [
            ("Color", "red", false),
            ("ContentBasedDeduplication", "true", false),
            ("ContentBasedDeduplication", "yes", true),
            ("Policy", "{", false),
            ("ArchivePolicy", "{}", true),
        ] {
            assert!(check_attribute(name, value, fifo).is_err(), "{name}");
        }
        assert!(check_attribute("LambdaSuccessFeedbackRoleArn", "arn:aws:iam::1:role/r", false).is_ok());
    }
}
