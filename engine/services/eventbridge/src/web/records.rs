//! What is kept of connections and API destinations.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::Scope;

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum State {
    Authorizing,
    Authorized,
    Deauthorized,
}

impl State {
    /// As the API tells it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Authorizing => "AUTHORIZING",
            Self::Authorized => "AUTHORIZED",
            Self::Deauthorized => "DEAUTHORIZED",
        }
    }
}

/// A connection. What is secret of it is in Secrets Manager alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) authorization_type: String,
    /// `AuthParameters` without what is secret.
    pub(crate) shown: Value,
    /// None once it is deauthorized.
    pub(crate) secret_arn: Option<String>,
    pub(crate) state: State,
    pub(crate) state_reason: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) authorized_at: Option<Timestamp>,
}

impl Connection {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn("events", format_args!("connection/{}/{}", self.name, self.id))
    }

    /// What every operation tells.
    pub(crate) fn summary(&self, scope: &Scope) -> Value {
        let mut told = json!({
            "ConnectionArn": self.arn(scope),
            "ConnectionState": self.state.name(),
            "CreationTime": self.created_at.as_epoch_seconds(),
            "LastModifiedTime": self.modified_at.as_epoch_seconds(),
        });
        if let Some(moment) = self.authorized_at {
            told["LastAuthorizedTime"] = moment.as_epoch_seconds().into();
        }
        told
    }

    /// What lists tell.
    pub(crate) fn listed(&self, scope: &Scope) -> Value {
        let mut told = self.summary(scope);
        told["Name"] = self.name.as_str().into();
        told["AuthorizationType"] = self.authorization_type.as_str().into();
        if let Some(reason) = &self.state_reason {
            told["StateReason"] = reason.as_str().into();
        }
        told
    }

    /// All that is not secret.
    pub(crate) fn described(&self, scope: &Scope) -> Value {
        let mut told = self.listed(scope);
        told["AuthParameters"] = self.shown.clone();
        if let Some(description) = &self.description {
            told["Description"] = description.as_str().into();
        }
        if let Some(secret) = &self.secret_arn {
            told["SecretArn"] = secret.as_str().into();
        }
        told
    }
}

/// An API destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApiDestination {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) connection_arn: String,
    /// `*` in it stands for a path parameter.
    pub(crate) endpoint: String,
    pub(crate) method: String,
    pub(crate) most_per_second: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl ApiDestination {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn("events", format_args!("api-destination/{}/{}", self.name, self.id))
    }

    /// What Create and Update tell; inactive while its connection can't be used.
    pub(crate) fn summary(&self, scope: &Scope, is_active: bool) -> Value {
        json!({
            "ApiDestinationArn": self.arn(scope),
            "ApiDestinationState": if is_active { "ACTIVE" } else { "INACTIVE" },
            "CreationTime": self.created_at.as_epoch_seconds(),
            "LastModifiedTime": self.modified_at.as_epoch_seconds(),
        })
    }

    /// All of it.
    pub(crate) fn described(&self, scope: &Scope, is_active: bool) -> Value {
        let mut told = self.summary(scope, is_active);
        told["Name"] = self.name.as_str().into();
        told["ConnectionArn"] = self.connection_arn.as_str().into();
        told["InvocationEndpoint"] = self.endpoint.as_str().into();
        told["HttpMethod"] = self.method.as_str().into();
        told["InvocationRateLimitPerSecond"] = self.most_per_second.into();
        if let Some(description) = &self.description {
            told["Description"] = description.as_str().into();
        }
        told
    }
}
