//! What CloudFront keeps: distributions, and what they refer to by id.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::Scope;

use crate::declared::Declaration;

/// A kind of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Distribution,
    OriginAccessControl,
    CachePolicy,
}

/// One of what is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// Orders all: of distributions that name the same path, the first one serves it.
    pub(super) created: i64,
    /// Becomes the ETag.
    pub(super) version: u64,
    /// Seconds since the epoch.
    pub(super) last_modified: f64,
    /// As AWS's API has it, lists as `{"Quantity", "Items"}`.
    pub(super) config: Value,
}

impl Declaration for Record {
    const TABLE: &'static str = "cloudfront";
    const MIGRATIONS: &'static [&'static str] =
        &["CREATE TABLE cloudfront (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"];

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }
}

impl Kind {
    /// The kind that an operation is about.
    pub(super) fn of_operation(operation: &str) -> Option<Self> {
        [Self::Distribution, Self::OriginAccessControl, Self::CachePolicy]
            .into_iter()
            .find(|kind| operation.contains(kind.noun()) || operation.ends_with(kind.plural()))
    }

    /// `CachePolicy`
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Distribution => "Distribution",
            Self::OriginAccessControl => "OriginAccessControl",
            Self::CachePolicy => "CachePolicy",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Distribution => "Distributions",
            Self::OriginAccessControl => "OriginAccessControls",
            Self::CachePolicy => "CachePolicies",
        }
    }

    /// `DistributionConfig`
    pub(super) fn config_member(self) -> String {
        format!("{}Config", self.noun())
    }
}

impl Record {
    pub(super) fn etag(&self) -> String {
        format!("E{}", self.version)
    }

    /// The host of a distribution: `<id>.cloudfront.localhost:8080`.
    pub(super) fn domain_name(&self, host: &str) -> String {
        format!("{}.{host}", self.id.to_ascii_lowercase())
    }

    /// As AWS's API answers it.
    pub(super) fn described(&self, scope: &Scope, host: &str) -> Value {
        let mut answer = json!({ "Id": self.id, self.kind.config_member(): self.config });
        if self.kind != Kind::OriginAccessControl {
            answer["LastModifiedTime"] = self.last_modified.into();
        }
        if self.kind == Kind::Distribution {
            // CloudFront knows no region.
            answer["ARN"] = format!("arn:aws:cloudfront::{}:distribution/{}", scope.account, self.id).into();
            answer["DomainName"] = self.domain_name(host).into();
            answer["Status"] = "Deployed".into();
            answer["InProgressInvalidationBatches"] = 0.into();
        }
        answer
    }
}

impl Record {
    /// As lists of AWS's API hold it: of policies the whole, of others what they say beside their configuration's members.
    pub(super) fn summary(&self, scope: &Scope, host: &str) -> Value {
        let mut whole = self.described(scope, host);
        if self.kind == Kind::CachePolicy {
            return json!({ "Type": "custom", "CachePolicy": whole });
        }
        let config = whole[self.kind.config_member()].take();
        if let (Value::Object(summary), Value::Object(config)) = (&mut whole, config) {
            summary.shift_remove(&self.kind.config_member());
            summary.extend(config.into_iter().filter(|(member, _)| member != "CallerReference"));
        }
        whole
    }
}

/// The items of a list of AWS's API; none where there is no list.
pub(super) fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["Items"].as_array().into_iter().flatten()
}

/// A text, or none at all.
pub(super) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
