//! What of a configuration is served here; the rest is refused by its path, so that nothing is ignored in silence.

use serde_json::Value;
use service::ServiceError;

use super::forward::is_known_policy;
use super::records::{Kind, items, text};
use super::service::CloudFront;

/// Members that are put into effect, and those that make no difference on one machine: TLS, prices, retries, what people
/// read, how long something is cached.
const DISTRIBUTION: &[&str] = &[
    "Aliases",
    "CacheBehaviors",
    "CallerReference",
    "Comment",
    "DefaultCacheBehavior",
    "Enabled",
    "HttpVersion",
    "IsIPV6Enabled",
    "Logging",
    "Origins",
    "PriceClass",
    "ViewerCertificate",
    "WebACLId",
];
const ORIGIN: &[&str] = &[
    "ConnectionAttempts",
    "ConnectionTimeout",
    "CustomHeaders",
    "CustomOriginConfig",
    "DomainName",
    "Id",
    "OriginAccessControlId",
    "OriginPath",
    "OriginShield",
    "ResponseCompletionTimeout",
];
const BEHAVIOUR: &[&str] = &[
    "AllowedMethods",
    "CachePolicyId",
    "Compress",
    "OriginRequestPolicyId",
    "PathPattern",
    "TargetOriginId",
    "ViewerProtocolPolicy",
];
const ACCESS_CONTROL: &[&str] =
    &["Description", "Name", "OriginAccessControlOriginType", "SigningBehavior", "SigningProtocol"];
const CACHE_POLICY: &[&str] =
    &["Comment", "DefaultTTL", "MaxTTL", "MinTTL", "Name", "ParametersInCacheKeyAndForwardedToOrigin"];

/// Refuses what couldn't be served.
pub(super) fn check(cloudfront: &CloudFront, kind: Kind, config: &Value) -> Result<(), ServiceError> {
    match kind {
        Kind::OriginAccessControl => {
            known("OriginAccessControlConfig", config, ACCESS_CONTROL)?;
            match text(config, "OriginAccessControlOriginType") {
                "lambda" => Ok(()),
                other => refuse(
                    "OriginAccessControlConfig.OriginAccessControlOriginType",
                    &format!("{other:?}; only \"lambda\" is"),
                ),
            }
        }
        Kind::CachePolicy => known("CachePolicyConfig", config, CACHE_POLICY),
        Kind::Distribution => distribution(cloudfront, config),
    }
}

fn distribution(cloudfront: &CloudFront, config: &Value) -> Result<(), ServiceError> {
    known("DistributionConfig", config, DISTRIBUTION)?;
    for origin in items(&config["Origins"]) {
        let place = format!("DistributionConfig.Origins.{}", text(origin, "Id"));
        known(&place, origin, ORIGIN)?;
        if !text(origin, "DomainName").contains(".lambda-url.") {
            let domain = text(origin, "DomainName");
            return refuse(&format!("{place}.DomainName"), &format!("{domain:?}; only addresses of functions are"));
        }
        let control = text(origin, "OriginAccessControlId");
        if !control.is_empty() && cloudfront.get(Kind::OriginAccessControl, control).is_none() {
            return Err(ServiceError::client(
                "InvalidOriginAccessControl",
                format!("{place} refers to an origin access control that doesn't exist: {control}"),
            ));
        }
    }
    let default = ("DefaultCacheBehavior".to_owned(), &config["DefaultCacheBehavior"]);
    let others = items(&config["CacheBehaviors"])
        .map(|behaviour| (format!("CacheBehaviors.{}", text(behaviour, "PathPattern")), behaviour));
    for (place, behaviour) in std::iter::once(default).chain(others) {
        let place = format!("DistributionConfig.{place}");
        known(&place, behaviour, BEHAVIOUR)?;
        let target = text(behaviour, "TargetOriginId");
        if !items(&config["Origins"]).any(|origin| text(origin, "Id") == target) {
            let message =
                format!("{place}.TargetOriginId names an origin that the distribution doesn't have: {target:?}");
            return Err(ServiceError::client("NoSuchOrigin", message).with_status(404));
        }
        for member in ["CachePolicyId", "OriginRequestPolicyId"] {
            let policy = text(behaviour, member);
            if !policy.is_empty() && !is_known_policy(cloudfront, policy) {
                return refuse(&format!("{place}.{member}"), &format!("{policy:?}, a policy that isn't here"));
            }
        }
    }
    Ok(())
}

/// Refuses members that are not among these, unless they say that something is off.
fn known(place: &str, value: &Value, members: &[&str]) -> Result<(), ServiceError> {
    let given = value.as_object().into_iter().flatten();
    for (member, value) in given.filter(|(member, _)| !members.contains(&member.as_str())) {
        if !is_off(value) {
            return refuse(&format!("{place}.{member}"), &value.to_string());
        }
    }
    Ok(())
}

/// Whether a setting says that what it sets is not used: nothing, an empty list, no restriction.
fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty() || text == "none",
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.values().all(is_off),
        Value::Bool(true) => false,
    }
}

fn refuse(place: &str, found: &str) -> Result<(), ServiceError> {
    Err(ServiceError::client("InvalidArgument", format!("sluice's CloudFront does not serve {place}: {found}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_setting_that_is_off_needs_no_code() {
        for off in [
            json!(null),
            json!(false),
            json!(""),
            json!({ "Quantity": 0, "Items": [] }),
            json!({ "GeoRestriction": { "RestrictionType": "none", "Quantity": 0 } }),
        ] {
            assert!(is_off(&off), "{off}");
        }
        for on in [json!(true), json!("index.html"), json!({ "Quantity": 1, "Items": [{ "ErrorCode": 404 }] })] {
            assert!(!is_off(&on), "{on}");
        }
    }
}
