//! Amazon Resource Names, and the region and account that the engine's resources live in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ServiceError;

/// The region and account of every resource here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// `us-east-1`
    pub region: String,
    /// Twelve digits.
    pub account: String,
}

impl Default for Scope {
    fn default() -> Self {
        Self { region: "us-east-1".to_owned(), account: "000000000000".to_owned() }
    }
}

impl Scope {
    /// The ARN of a resource in this region and account.
    pub fn arn(&self, service: &str, resource: impl fmt::Display) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }
}

/// A parsed ARN: `arn:partition:service:region:account:resource`, where the resource may hold colons and slashes.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`
    pub partition: String,
    /// `states`
    pub service: String,
    /// Empty for global services.
    pub region: String,
    /// Empty for resources that belong to no account.
    pub account: String,
    /// Everything behind the fifth colon: `stateMachine:create-todo`.
    pub resource: String,
}

impl Arn {
    /// The resource's parts: split at every `:` and `/`.
    pub fn resource_parts(&self) -> Vec<&str> {
        self.resource.split([':', '/']).collect()
    }

    /// The last part of the resource, mostly its name.
    pub fn resource_name(&self) -> &str {
        self.resource.rsplit([':', '/']).next().unwrap_or_default()
    }
}

impl FromStr for Arn {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':').map(str::to_owned);
        let mut part = || parts.next();
        match (part(), part(), part(), part(), part(), part()) {
            (Some(scheme), Some(partition), Some(service), Some(region), Some(account), Some(resource))
                if scheme == "arn" && !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
            {
                Ok(Self { partition, service, region, account, resource })
            }
            _ => Err(ServiceError::client("InvalidArn", format!("Invalid ARN: {text}"))),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(formatter, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_keeps_colons_and_slashes_in_its_resource() {
        let text = "arn:aws:states:us-east-1:000000000000:execution:remind:4f/1";
        let arn: Arn = text.parse().expect("valid");
        assert_eq!(arn.to_string(), text);
        assert_eq!(arn.resource_parts(), ["execution", "remind", "4f", "1"]);
        for bad in ["", "arn:aws:states", "urn:aws:states:r:a:x", "arn:aws:states:us-east-1:000000000000:"] {
            assert!(bad.parse::<Arn>().is_err(), "{bad}");
        }
    }
}
