//! A secret and its versions.

use std::collections::BTreeMap;

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The label of the version that is given when none is asked for.
pub(crate) const CURRENT: &str = "AWSCURRENT";
/// The label of the version that was current before.
pub(crate) const PREVIOUS: &str = "AWSPREVIOUS";

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// What is kept of a secret besides its values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) name: String,
    pub(crate) arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kms_key_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// Midnight of the day on which a value was last read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accessed_at: Option<Timestamp>,
    /// When it will be gone, where it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gone_at: Option<Timestamp>,
}

/// A version of a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) value: SecretValue,
    pub(crate) stages: Vec<String>,
    pub(crate) created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accessed_at: Option<Timestamp>,
}

/// What is secret, as a request and an answer carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SecretValue {
    #[serde(rename = "SecretString")]
    String(String),
    /// Base64.
    #[serde(rename = "SecretBinary")]
    Binary(String),
}

impl Version {
    pub(crate) fn has(&self, stage: &str) -> bool {
        self.stages.iter().any(|own| own == stage)
    }

    /// The answer of GetSecretValue.
    pub(crate) fn shown(&self, secret: &Secret) -> Value {
        let mut answer = json!({"ARN": secret.arn, "Name": secret.name, "VersionId": self.id});
        match &self.value {
            SecretValue::String(text) => answer["SecretString"] = text.as_str().into(),
            SecretValue::Binary(bytes) => answer["SecretBinary"] = bytes.as_str().into(),
        }
        answer["VersionStages"] = json!(self.stages);
        answer["CreatedDate"] = self.created_at.as_epoch_seconds().into();
        answer
    }
}

impl Secret {
    pub(crate) fn named(&self) -> Value {
        json!({"ARN": self.arn, "Name": self.name})
    }

    /// What DescribeSecret tells; ListSecrets calls the versions by another `versions` name.
    pub(crate) fn described(&self, all: &[Version], versions: &str) -> Value {
        let mut shown = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                shown.insert(name.to_owned(), value);
            }
        };
        let moment = |at: Timestamp| Value::from(at.as_epoch_seconds());
        let staged: Map<String, Value> = all
            .iter()
            .filter(|version| !version.stages.is_empty())
            .map(|version| (version.id.clone(), json!(version.stages)))
            .collect();
        put("ARN", Some(self.arn.as_str().into()));
        put("Name", Some(self.name.as_str().into()));
        put("Type", self.kind.as_deref().map(Value::from));
        put("Description", self.description.as_deref().map(Value::from));
        put("KmsKeyId", self.kms_key_id.as_deref().map(Value::from));
        put("LastChangedDate", Some(moment(self.changed_at)));
        put("LastAccessedDate", self.accessed_at.map(moment));
        put("DeletedDate", self.gone_at.map(moment));
        put("Tags", Some(to_list(&self.tags)).filter(|_| !self.tags.is_empty()));
        put(versions, Some(Value::Object(staged.clone())).filter(|_| !staged.is_empty()));
        put("CreatedDate", Some(moment(self.created_at)));
        Value::Object(shown)
    }
}

fn to_list(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}
