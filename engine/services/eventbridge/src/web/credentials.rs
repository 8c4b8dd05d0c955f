//! What a connection adds to requests: who asks, and parameters. Pure.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A connection's `AuthParameters`, as its secret keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Credentials {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api_key_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api_key_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) oauth_http_parameters: Option<Parameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invocation_http_parameters: Option<Parameters>,
}

/// Parameters that are added to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Parameters {
    #[serde(alias = "HeaderParameters")]
    pub(crate) header_parameters: Vec<Parameter>,
    #[serde(alias = "QueryStringParameters")]
    pub(crate) query_string_parameters: Vec<Parameter>,
    #[serde(alias = "BodyParameters")]
    pub(crate) body_parameters: Vec<Parameter>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Parameter {
    #[serde(alias = "Key")]
    pub(crate) key: String,
    #[serde(alias = "Value")]
    pub(crate) value: String,
    #[serde(alias = "IsValueSecret")]
    pub(crate) is_value_secret: bool,
}

impl Credentials {
    /// Takes over what `AuthParameters` says; what it leaves out stays as it is.
    pub(crate) fn update(&mut self, given: &Value) -> Result<(), serde_json::Error> {
        let set = |member: &mut Option<String>, value: &Value| {
            if let Some(text) = value.as_str() {
                *member = Some(text.to_owned());
            }
        };
        let (basic, key, oauth) =
            (&given["BasicAuthParameters"], &given["ApiKeyAuthParameters"], &given["OAuthParameters"]);
        set(&mut self.username, &basic["Username"]);
        set(&mut self.password, &basic["Password"]);
        set(&mut self.api_key_name, &key["ApiKeyName"]);
        set(&mut self.api_key_value, &key["ApiKeyValue"]);
        set(&mut self.client_id, &oauth["ClientParameters"]["ClientID"]);
        set(&mut self.client_secret, &oauth["ClientParameters"]["ClientSecret"]);
        set(&mut self.authorization_endpoint, &oauth["AuthorizationEndpoint"]);
        set(&mut self.http_method, &oauth["HttpMethod"]);
        for (member, value) in [
            (&mut self.oauth_http_parameters, &oauth["OAuthHttpParameters"]),
            (&mut self.invocation_http_parameters, &given["InvocationHttpParameters"]),
        ] {
            if !value.is_null() {
                *member = Some(serde_json::from_value(value.clone())?);
            }
        }
        Ok(())
    }

    /// Keeps what an authorization type uses, and the invocations' parameters.
    pub(crate) fn only(self, authorization_type: &str) -> Self {
        let invocation_http_parameters = self.invocation_http_parameters;
        match authorization_type {
            "BASIC" => {
                Self { username: self.username, password: self.password, invocation_http_parameters, ..Self::default() }
            }
            "API_KEY" => Self {
                api_key_name: self.api_key_name,
                api_key_value: self.api_key_value,
                invocation_http_parameters,
                ..Self::default()
            },
            _ => Self {
                client_id: self.client_id,
                client_secret: self.client_secret,
                authorization_endpoint: self.authorization_endpoint,
                http_method: self.http_method,
                oauth_http_parameters: self.oauth_http_parameters,
                invocation_http_parameters,
                ..Self::default()
            },
        }
    }

    /// The member of `AuthParameters` that an authorization type needs and that isn't whole.
    pub(crate) fn lacks(&self, authorization_type: &str) -> Option<&'static str> {
        let (member, parts): (_, &[&Option<String>]) = match authorization_type {
            "BASIC" => ("BasicAuthParameters", &[&self.username, &self.password]),
            "API_KEY" => ("ApiKeyAuthParameters", &[&self.api_key_name, &self.api_key_value]),
            _ => (
                "OAuthParameters",
                &[&self.client_id, &self.client_secret, &self.authorization_endpoint, &self.http_method],
            ),
        };
        parts.iter().any(|part| part.as_ref().is_none_or(String::is_empty)).then_some(member)
    }

    /// `AuthParameters` as they are described: without what is secret.
    pub(crate) fn shown(&self) -> Value {
        let mut shown = json!({});
        if let Some(username) = &self.username {
            shown["BasicAuthParameters"] = json!({ "Username": username });
        }
        if let Some(name) = &self.api_key_name {
            shown["ApiKeyAuthParameters"] = json!({ "ApiKeyName": name });
        }
        if let Some(client) = &self.client_id {
            let mut oauth = json!({
                "ClientParameters": { "ClientID": client },
                "AuthorizationEndpoint": self.authorization_endpoint,
                "HttpMethod": self.http_method,
            });
            if let Some(parameters) = &self.oauth_http_parameters {
                oauth["OAuthHttpParameters"] = parameters.shown();
            }
            shown["OAuthParameters"] = oauth;
        }
        if let Some(parameters) = &self.invocation_http_parameters {
            shown["InvocationHttpParameters"] = parameters.shown();
        }
        shown
    }

    /// The header that says who asks; a client's token is fetched apart.
    pub(crate) fn header(&self) -> Option<(String, String)> {
        match (&self.username, &self.password, &self.api_key_name, &self.api_key_value) {
            (Some(username), Some(password), ..) => {
                let encoded = BASE64_STANDARD.encode(format!("{username}:{password}"));
                Some(("Authorization".to_owned(), format!("Basic {encoded}")))
            }
            (.., Some(name), Some(value)) => Some((name.clone(), value.clone())),
            _ => None,
        }
    }
}

impl Parameters {
    fn shown(&self) -> Value {
        let list = |parameters: &[Parameter]| -> Value { parameters.iter().map(Parameter::shown).collect() };
        let mut shown = json!({});
        for (member, parameters) in [
            ("HeaderParameters", &self.header_parameters),
            ("QueryStringParameters", &self.query_string_parameters),
            ("BodyParameters", &self.body_parameters),
        ] {
            if !parameters.is_empty() {
                shown[member] = list(parameters);
            }
        }
        shown
    }
}

impl Parameter {
    fn shown(&self) -> Value {
        if self.is_value_secret {
            json!({ "Key": self.key, "IsValueSecret": true })
        } else {
            json!({ "Key": self.key, "Value": self.value, "IsValueSecret": false })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_and_not_shown() {
        let given = json!({
            "ApiKeyAuthParameters": { "ApiKeyName": "x-key", "ApiKeyValue": "hidden" },
            "InvocationHttpParameters": { "HeaderParameters": [
                { "Key": "a", "Value": "open" },
                { "Key": "b", "Value": "hidden", "IsValueSecret": true },
            ]},
        });
        let mut credentials = Credentials::default();
        credentials.update(&given).expect("valid");
        assert_eq!(credentials.lacks("API_KEY"), None);
        assert_eq!(credentials.lacks("BASIC"), Some("BasicAuthParameters"));
        assert_eq!(credentials.header(), Some(("x-key".to_owned(), "hidden".to_owned())));
        assert!(!credentials.shown().to_string().contains("hidden"));
        let kept = serde_json::to_value(&credentials).expect("JSON");
        assert_eq!(kept["api_key_value"], "hidden");
        assert_eq!(serde_json::from_value::<Credentials>(kept).expect("the same"), credentials);
    }

    #[test]
    fn an_update_keeps_what_it_leaves_out() {
        let mut credentials = Credentials::default();
        credentials.update(&json!({"BasicAuthParameters": {"Username": "u", "Password": "p"}})).expect("valid");
        credentials.update(&json!({"BasicAuthParameters": {"Password": "q"}})).expect("valid");
        assert_eq!(credentials.header(), Some(("Authorization".to_owned(), "Basic dTpx".to_owned())));
    }
}
