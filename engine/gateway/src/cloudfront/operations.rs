//! Declaring distributions and what they refer to. What couldn't be served is refused when it is declared.

use std::sync::Arc;

use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::check::check;
use super::records::{Kind, Record, text};
use super::service::CloudFront;

impl CloudFront {
    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html>
    pub(super) async fn create(&self, kind: Kind, input: &Value) -> Result<Value, ServiceError> {
        let config = self.config(kind, input)?;
        let make = || {
            let name = text(&config, "Name");
            if !name.is_empty() && self.all(kind).iter().any(|other| text(&other.config, "Name") == name) {
                let message = format!("there is one of this name already: {name}");
                return Err(ServiceError::client(format!("{}AlreadyExists", kind.noun()), message).with_status(409));
            }
            let id = format!("E{}", &Uuid::new_v4().simple().to_string().to_ascii_uppercase()[..13]);
            Ok(Record { id, kind, created: 0, version: 0, last_modified: 0.0, config })
        };
        Ok(self.answered(&*self.change(make).await?))
    }

    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html>
    pub(super) async fn update(&self, kind: Kind, input: &Value) -> Result<Value, ServiceError> {
        let config = self.config(kind, input)?;
        let make = || {
            let before = self.expected(kind, input)?;
            Ok(Record { config, ..Record::clone(&before) })
        };
        Ok(self.answered(&*self.change(make).await?))
    }

    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html>
    pub(super) async fn delete(&self, kind: Kind, input: &Value) -> Result<Value, ServiceError> {
        let check = || {
            let record = self.expected(kind, input)?;
            if kind == Kind::Distribution && record.config["Enabled"] == true {
                let message = "The distribution you are trying to delete has not been disabled.";
                return Err(ServiceError::client("DistributionNotDisabled", message).with_status(409));
            }
            Ok(())
        };
        self.remove(text(input, "Id"), check).await?;
        Ok(json!({}))
    }

    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetDistribution.html>
    pub(super) fn read(&self, kind: Kind, input: &Value) -> Result<Value, ServiceError> {
        Ok(self.answered(&*self.expected(kind, input)?))
    }

    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetDistributionConfig.html>
    pub(super) fn read_config(&self, kind: Kind, input: &Value) -> Result<Value, ServiceError> {
        let record = self.expected(kind, input)?;
        Ok(json!({ kind.config_member(): record.config, "ETag": record.etag() }))
    }

    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html>
    pub(super) fn list(&self, kind: Kind) -> Value {
        let scope = &self.platform.scope;
        let items: Vec<_> = self.all(kind).iter().map(|record| record.summary(scope, &self.host)).collect();
        json!({ format!("{}List", kind.noun()): {
            "Marker": "", "MaxItems": 100, "IsTruncated": false, "Quantity": items.len(), "Items": items,
        } })
    }

    fn config(&self, kind: Kind, input: &Value) -> Result<Value, ServiceError> {
        let member = kind.config_member();
        let config = input.get(&member).filter(|config| config.is_object());
        let config = config.ok_or_else(|| ServiceError::validation(format!("the member {member} is missing")))?;
        check(self, kind, config)?;
        Ok(config.clone())
    }

    /// The one that a request names, in the version that it names.
    fn expected(&self, kind: Kind, input: &Value) -> Result<Arc<Record>, ServiceError> {
        let id = text(input, "Id");
        let record = self.get(kind, id).ok_or_else(|| {
            let message = format!("The specified {} does not exist: {id}", kind.noun());
            ServiceError::client(format!("NoSuch{}", kind.noun()), message).with_status(404)
        })?;
        if input["IfMatch"].as_str().is_some_and(|expected| expected != record.etag()) {
            let message =
                "The request failed because it didn't meet the preconditions in one or more request-header fields.";
            return Err(ServiceError::client("PreconditionFailed", message).with_status(412));
        }
        Ok(record)
    }

    fn answered(&self, record: &Record) -> Value {
        let described = record.described(&self.platform.scope, &self.host);
        json!({ record.kind.noun(): described, "ETag": record.etag() })
    }
}
