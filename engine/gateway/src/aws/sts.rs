//! STS, as much as credential checks need: who am I?

use async_trait::async_trait;
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Scope, Service, ServiceError};

static API: Api = Api {
    id: "sts",
    name: "STS",
    target_prefix: None,
    json_version: JsonVersion::V1_1,
    query_version: Some("2011-06-15"),
    routes: &[],
    operations: Operations {
        built: &["GetCallerIdentity"],
        not_built: &[
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "AssumeRoot",
            "DecodeAuthorizationMessage",
            "GetAccessKeyInfo",
            "GetDelegatedAccessToken",
            "GetFederationToken",
            "GetSessionToken",
            "GetWebIdentityToken",
        ],
    },
};

/// Everybody is the account's root user.
pub(super) struct Sts {
    /// The account that everybody is root of.
    pub(super) scope: Scope,
}

#[async_trait]
impl Service for Sts {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, _input: Value) -> Result<Value, ServiceError> {
        match operation {
            "GetCallerIdentity" => {
                let account = &self.scope.account;
                Ok(json!({ "UserId": account, "Account": account, "Arn": format!("arn:aws:iam::{account}:root") }))
            }
            _ => Err(ServiceError::not_built(API.name, operation)),
        }
    }
}
