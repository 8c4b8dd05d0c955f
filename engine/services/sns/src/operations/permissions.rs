//! AddPermission and RemovePermission: statements of a topic's access policy, kept but not enforced.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{parse, required};
use crate::topic::Topic;
use crate::{Sns, error};

/// The actions that a statement may allow.
const ACTIONS: &[&str] = &[
    "AddPermission",
    "DeleteTopic",
    "GetDataProtectionPolicy",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "ListTagsForResource",
    "Publish",
    "PutDataProtectionPolicy",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    topic_arn: Option<String>,
    label: Option<String>,
    #[serde(rename = "AWSAccountId", default)]
    accounts: Vec<String>,
    #[serde(default)]
    action_name: Vec<String>,
}

impl Sns {
    pub(crate) async fn add_permission(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let label = required(input.label, "label")?;
        if input.accounts.is_empty() {
            return Err(error::missing("aWSAccountId"));
        }
        if input.action_name.is_empty() || input.action_name.iter().any(|name| !ACTIONS.contains(&name.as_str())) {
            return Err(error::invalid_parameter("Policy statement action out of service scope!"));
        }
        self.change_statements(input.topic_arn, |arn, statements| {
            if statements.iter().any(|statement| statement["Sid"] == label.as_str()) {
                return Err(error::invalid_parameter("Statement already exists"));
            }
            let principals = input.accounts.iter().map(|account| format!("arn:aws:iam::{account}:root"));
            let actions = input.action_name.iter().map(|name| format!("SNS:{name}"));
            statements.push(json!({
                "Sid": label,
                "Effect": "Allow",
                "Principal": {"AWS": one_or_many(principals.collect())},
                "Action": one_or_many(actions.collect()),
                "Resource": arn,
            }));
            Ok(())
        })
        .await
    }

    pub(crate) async fn remove_permission(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let label = required(input.label, "label")?;
        self.change_statements(input.topic_arn, |_, statements| {
            statements.retain(|statement| statement["Sid"] != label.as_str());
            Ok(())
        })
        .await
    }

    async fn change_statements(
        &self,
        arn: Option<String>,
        change: impl FnOnce(&str, &mut Vec<Value>) -> Result<(), ServiceError>,
    ) -> Result<Value, ServiceError> {
        let arn = required(arn, "topicArn")?;
        let _alone = self.changes.lock().await;
        let mut topic = Topic::clone(&*self.registry().topic(&arn)?);
        let mut policy = topic.policy(&self.platform.scope);
        // A policy with a single statement may have it without a list.
        let mut statements = match policy["Statement"].take() {
            Value::Array(statements) => statements,
            Value::Null => Vec::new(),
            single => vec![single],
        };
        change(&arn, &mut statements)?;
        policy["Statement"] = statements.into();
        topic.attributes.insert("Policy".to_owned(), policy.to_string());
        self.keep_topic(topic).await?;
        Ok(json!({}))
    }
}

/// IAM spells a list of one without brackets.
fn one_or_many(mut texts: Vec<String>) -> Value {
    if texts.len() == 1 { texts.remove(0).into() } else { texts.into() }
}
