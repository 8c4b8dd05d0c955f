//! `AWS::CloudFront::{Distribution, OriginAccessControl, CachePolicy}`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::typed;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// Something of CloudFront's.
pub(super) struct Part {
    noun: &'static str,
    config: &'static str,
    applied: &'static [&'static str],
    declared: &'static [&'static str],
    operations: &'static [(&'static str, &'static str)],
    attributes: &'static [&'static str],
}

impl Part {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html>
    pub(super) const DISTRIBUTION: Self = Self {
        noun: "Distribution",
        config: "DistributionConfig",
        applied: &["DistributionConfig"],
        declared: &["Tags"],
        operations: &[
            ("cloudfront", "CreateDistribution"),
            ("cloudfront", "UpdateDistribution"),
            ("cloudfront", "DeleteDistribution"),
        ],
        attributes: &["Id", "DomainName"],
    };

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html>
    pub(super) const ORIGIN_ACCESS_CONTROL: Self = Self {
        noun: "OriginAccessControl",
        config: "OriginAccessControlConfig",
        applied: &["OriginAccessControlConfig"],
        declared: &[],
        operations: &[
            ("cloudfront", "CreateOriginAccessControl"),
            ("cloudfront", "UpdateOriginAccessControl"),
            ("cloudfront", "DeleteOriginAccessControl"),
        ],
        attributes: &["Id"],
    };

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-cachepolicy.html>
    pub(super) const CACHE_POLICY: Self = Self {
        noun: "CachePolicy",
        config: "CachePolicyConfig",
        applied: &["CachePolicyConfig"],
        declared: &[],
        operations: &[
            ("cloudfront", "CreateCachePolicy"),
            ("cloudfront", "UpdateCachePolicy"),
            ("cloudfront", "DeleteCachePolicy"),
        ],
        attributes: &["Id", "LastModifiedTime"],
    };

    fn input(&self, desired: &Desired<'_>) -> Map<String, Value> {
        let mut config = as_api(desired.get(self.config).unwrap_or(&Value::Null));
        if self.noun == "Distribution" {
            config["CallerReference"] = desired.default_name.as_str().into();
        }
        Map::from_iter([(self.config.to_owned(), config)])
    }

    fn made(&self, answer: &Value) -> Made {
        let made = &answer[self.noun];
        let attributes = self.attributes.iter().map(|name| ((*name).to_owned(), made[*name].clone()));
        let physical_id = made["Id"].as_str().unwrap_or_default().to_owned();
        Made { physical_id, attributes: attributes.collect(), notes: Vec::new() }
    }
}

#[async_trait]
impl Kind for Part {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        self.applied
    }

    fn declared(&self) -> &'static [&'static str] {
        self.declared
    }

    fn replacing(&self) -> &'static [&'static str] {
        &[]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        self.operations
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let input = Value::Object(self.input(desired));
        Ok(self.made(&aws.call("cloudfront", self.operations[0].1, input).await?))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = self.input(desired);
        input.insert("Id".to_owned(), previous.physical_id.into());
        Ok(self.made(&aws.call("cloudfront", self.operations[1].1, Value::Object(input)).await?))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let id = previous.physical_id;
        if self.noun == "Distribution" {
            // CloudFront deletes only what is disabled.
            let mut config = as_api(previous.properties.get(self.config).unwrap_or(&Value::Null));
            config["Enabled"] = false.into();
            aws.delete("cloudfront", self.operations[1].1, json!({"Id": id, self.config: config})).await?;
        }
        aws.delete("cloudfront", self.operations[2].1, json!({"Id": id})).await
    }
}

/// From a template's spelling to the API's: lists are `{"Quantity", "Items"}`, and the methods that are cached lie within
/// those that are allowed.
fn as_api(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            json!({"Quantity": values.len(), "Items": values.iter().map(as_api).collect::<Vec<_>>()})
        }
        Value::Object(members) => {
            let mut members: Map<_, _> = members
                .iter()
                .map(|(name, value)| match name.as_str() {
                    "OriginSSLProtocols" => ("OriginSslProtocols".to_owned(), as_api(value)),
                    "IPV6Enabled" => ("IsIPV6Enabled".to_owned(), typed(value)),
                    "Enabled" => (name.clone(), typed(value)),
                    _ => (name.clone(), as_api(value)),
                })
                .collect();
            if let Some(cached) = members.shift_remove("CachedMethods")
                && let Some(allowed) = members.get_mut("AllowedMethods")
            {
                allowed["CachedMethods"] = cached;
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_methods_are_spelled_as_the_api_spells_them() {
        let template = json!({
            "Enabled": "true",
            "IPV6Enabled": true,
            "Origins": [{"Id": "o"}],
            "DefaultCacheBehavior": {"AllowedMethods": ["GET", "HEAD"], "CachedMethods": ["GET"]},
        });
        let expected = json!({
            "Enabled": true,
            "IsIPV6Enabled": true,
            "Origins": {"Quantity": 1, "Items": [{"Id": "o"}]},
            "DefaultCacheBehavior": {"AllowedMethods": {
                "Quantity": 2, "Items": ["GET", "HEAD"], "CachedMethods": {"Quantity": 1, "Items": ["GET"]},
            }},
        });
        assert_eq!(as_api(&template), expected);
    }
}
