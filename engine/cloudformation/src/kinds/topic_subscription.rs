//! `AWS::SNS::Subscription`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::json_text;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;
use crate::parameters::as_text;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>
pub(super) struct TopicSubscription;

/// Properties that are attributes of the subscription by the same name, and what takes one back.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("DeliveryPolicy", "{}"),
    ("FilterPolicyScope", "MessageAttributes"),
    ("FilterPolicy", "{}"),
    ("RawMessageDelivery", "false"),
    ("RedrivePolicy", ""),
    ("ReplayPolicy", ""),
    ("SubscriptionRoleArn", ""),
];

#[async_trait]
impl Kind for TopicSubscription {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "TopicArn",
            "Protocol",
            "Endpoint",
            "DeliveryPolicy",
            "FilterPolicyScope",
            "FilterPolicy",
            "RawMessageDelivery",
            "RedrivePolicy",
            "ReplayPolicy",
            "SubscriptionRoleArn",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["Region"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["TopicArn", "Protocol", "Endpoint"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("sns", "Subscribe"), ("sns", "SetSubscriptionAttributes"), ("sns", "Unsubscribe")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = desired.only(&["TopicArn", "Protocol", "Endpoint"]);
        input.insert("Attributes".to_owned(), attributes(desired).into());
        input.insert("ReturnSubscriptionArn".to_owned(), true.into());
        let answer = aws.call("sns", "Subscribe", Value::Object(input)).await?;
        Ok(made(answer["SubscriptionArn"].as_str().unwrap_or_default()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let arn = previous.physical_id;
        let attributes = attributes(desired);
        for (name, default) in ATTRIBUTES {
            if previous.properties.get(*name) == desired.get(name) {
                continue;
            }
            let value = attributes.get(*name).cloned().unwrap_or_else(|| (*default).into());
            let input = json!({"SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value});
            aws.call("sns", "SetSubscriptionAttributes", input).await?;
        }
        Ok(made(arn))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        // Without an ARN it was being made when the engine stopped; the next Subscribe finds it by its endpoint.
        if !previous.physical_id.starts_with("arn:") {
            return Ok(());
        }
        aws.delete("sns", "Unsubscribe", json!({"SubscriptionArn": previous.physical_id})).await
    }
}

/// The attributes, each as the text that SNS takes.
fn attributes(desired: &Desired<'_>) -> Map<String, Value> {
    let text = |value: &Value| as_text(value).map_or_else(|| json_text(value), Value::from);
    ATTRIBUTES.iter().filter_map(|(name, _)| Some(((*name).to_owned(), text(desired.get(name)?)))).collect()
}

fn made(arn: &str) -> Made {
    let attributes = Map::from_iter([("Arn".to_owned(), arn.into())]);
    Made { physical_id: arn.to_owned(), attributes, notes: Vec::new() }
}
