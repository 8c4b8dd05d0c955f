//! What endpoints are given: the JSON text for queues, the event record for functions.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::message::Message;
use crate::subscription::Record;

/// Base64 of `not signed`.
const SIGNATURE: &str = "bm90IHNpZ25lZA==";

/// The form of AWS's, with nothing behind it.
const CERTIFICATE: &str = "SimpleNotificationService-0000000000000000000000.pem";

/// Makes notifications; knows where this engine's API listens.
pub(crate) struct Notifier {
    pub(crate) endpoint_url: String,
    pub(crate) region: String,
}

impl Notifier {
    /// The text for a queue, spaced as AWS does it.
    pub(crate) fn text(&self, message: &Message, subscription: &Record) -> String {
        let mut text = "{".to_owned();
        let mut member = |name: &str, value: &str| {
            let comma = if text.len() > 1 { "," } else { "" };
            let _ = write!(text, "{comma}\n  \"{name}\" : {}", quoted(value));
        };
        member("Type", "Notification");
        member("MessageId", &message.id.to_string());
        if let Some(sequence) = message.sequence_number() {
            member("SequenceNumber", &sequence);
        }
        member("TopicArn", &message.topic);
        if let Some(subject) = &message.subject {
            member("Subject", subject);
        }
        member("Message", message.text_for(subscription.protocol.name()));
        member("Timestamp", &message.published_at.to_rfc3339_millis());
        // FIFO topics sign nothing on AWS either.
        if message.sequence.is_none() {
            member("SignatureVersion", "1");
            member("Signature", SIGNATURE);
            member("SigningCertURL", &self.certificate());
        }
        member("UnsubscribeURL", &self.unsubscribe(subscription));
        let attributes: Vec<_> = message
            .attributes
            .iter()
            .map(|(name, attribute)| {
                let (kind, value) = (quoted(&attribute.data_type), quoted(attribute.value()));
                format!("\n    {} : {{\"Type\":{kind},\"Value\":{value}}}", quoted(name))
            })
            .collect();
        if !attributes.is_empty() {
            let _ = write!(text, ",\n  \"MessageAttributes\" : {{{}\n  }}", attributes.join(","));
        }
        text.push_str("\n}");
        text
    }

    /// The event for a function.
    pub(crate) fn event(&self, message: &Message, subscription: &Record) -> Value {
        let attributes: Map<String, Value> = message
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), json!({"Type": attribute.data_type, "Value": attribute.value()})))
            .collect();
        json!({"Records": [{
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription.arn,
            "Sns": {
                "Type": "Notification",
                "MessageId": message.id,
                "TopicArn": message.topic,
                "Subject": message.subject,
                "Message": message.text_for(subscription.protocol.name()),
                "Timestamp": message.published_at.to_rfc3339_millis(),
                "SignatureVersion": "1",
                "Signature": SIGNATURE,
                "SigningCertUrl": self.certificate(),
                "UnsubscribeUrl": self.unsubscribe(subscription),
                "MessageAttributes": attributes,
            }
        }]})
    }

    fn certificate(&self) -> String {
        format!("https://sns.{}.amazonaws.com/{CERTIFICATE}", self.region)
    }

    fn unsubscribe(&self, subscription: &Record) -> String {
        let base = self.endpoint_url.trim_end_matches('/');
        format!("{base}/?Action=Unsubscribe&SubscriptionArn={}", subscription.arn)
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
