//! GetSubscriptionAttributes and SetSubscriptionAttributes.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{parse, required};
use crate::Sns;
use crate::subscription::Subscription;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    subscription_arn: Option<String>,
    attribute_name: Option<String>,
    #[serde(default)]
    attribute_value: String,
}

impl Sns {
    pub(crate) fn get_subscription_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<Input>(input)?.subscription_arn, "subscriptionArn")?;
        let subscription = self.registry().subscription(&arn)?;
        Ok(json!({ "Attributes": subscription.shown(&self.platform.scope) }))
    }

    pub(crate) async fn set_subscription_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let arn = required(input.subscription_arn, "subscriptionArn")?;
        let name = required(input.attribute_name, "attributeName")?;
        let _alone = self.changes.lock().await;
        let mut record = self.registry().subscription(&arn)?.record.clone();
        record.attributes.insert(name, input.attribute_value);
        let changed = Subscription::new(record).map_err(|complaint| complaint.of_one())?;
        self.keep_subscription(changed).await?;
        Ok(json!({}))
    }
}
