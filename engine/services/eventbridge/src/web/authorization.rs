//! Tokens of OAuth clients: fetched with the client's credentials, kept until they end.

use std::sync::PoisonError;
use std::time::Duration;

use clock::Timestamp;
use serde_json::{Value, json};

use super::{Connection, Credentials, Draft, Web, WebError};

/// How long an authorization server may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What its answer may have.
const MOST_BYTES: usize = 1 << 20;

/// A token is fetched anew this long before it ends, so that none ends on its way.
const MARGIN: Duration = Duration::from_secs(60);

/// A token and when it ends, where its server said so.
#[derive(Clone)]
pub(super) struct Token {
    text: String,
    ends_at: Option<Timestamp>,
}

impl Web {
    /// What a connection's secret holds.
    pub(crate) async fn credentials(&self, connection: &Connection) -> Result<Credentials, WebError> {
        let name = || connection.name.clone();
        let Some(secret) = &connection.secret_arn else {
            let reason = connection.state_reason.clone().unwrap_or_else(|| "it was deauthorized".to_owned());
            return Err(WebError::NotAuthorized { name: name(), reason });
        };
        let read = self.platform.services.call("secretsmanager", "GetSecretValue", json!({ "SecretId": secret })).await;
        let read = read.map_err(|error| WebError::Secret { name: name(), error })?;
        serde_json::from_str(read["SecretString"].as_str().unwrap_or_default()).map_err(|error| {
            WebError::NotAuthorized {
                name: name(),
                reason: format!("its secret is not what EventBridge wrote: {error}"),
            }
        })
    }

    /// The token of an OAuth client: the one at hand, or a new one.
    pub(super) async fn token(&self, connection: &Connection, credentials: &Credentials) -> Result<String, WebError> {
        let kept = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&connection.id).cloned();
        let now = self.platform.clock.now();
        match kept.filter(|token| token.ends_at.is_none_or(|end| end > now)) {
            Some(token) => Ok(token.text),
            None => self.fetch_token(connection, credentials).await,
        }
    }

    /// Forgets a token that isn't taken any more, or that was given for other credentials.
    pub(crate) fn forget_token(&self, id: &str) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Asks the authorization server.
    ///
    /// # Errors
    /// It can't be asked, or it gives no token; the reason says which.
    pub(crate) async fn fetch_token(
        &self,
        connection: &Connection,
        credentials: &Credentials,
    ) -> Result<String, WebError> {
        let refused = |reason: String| WebError::NotAuthorized { name: connection.name.clone(), reason };
        let draft = token_request(credentials);
        let answer = self.client.send(draft.request()?, LIMIT, MOST_BYTES).await?;
        let status = answer.status();
        if !status.is_success() {
            return Err(refused(format!("{} answered {status} instead of a token", draft.endpoint)));
        }
        let answer: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let Some(token) = answer["access_token"].as_str() else {
            return Err(refused(format!("the answer of {} has no access_token", draft.endpoint)));
        };
        let seconds = &answer["expires_in"];
        let seconds = seconds.as_u64().or_else(|| seconds.as_str()?.parse().ok());
        let ends_at =
            seconds.map(|seconds| self.platform.clock.now().plus(Duration::from_secs(seconds).saturating_sub(MARGIN)));
        let kept = Token { text: token.to_owned(), ends_at };
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(connection.id.clone(), kept);
        Ok(token.to_owned())
    }
}

/// The request for a token: a form, unless the method has no body.
fn token_request(credentials: &Credentials) -> Draft {
    let text = |member: &Option<String>| member.clone().unwrap_or_default();
    let mut form = vec![
        ("grant_type".to_owned(), "client_credentials".to_owned()),
        ("client_id".to_owned(), text(&credentials.client_id)),
        ("client_secret".to_owned(), text(&credentials.client_secret)),
    ];
    let mut parameters = credentials.oauth_http_parameters.clone().unwrap_or_default();
    for parameter in parameters.body_parameters.drain(..) {
        form.retain(|(name, _)| *name != parameter.key);
        form.push((parameter.key, parameter.value));
    }
    let method = credentials.http_method.clone().unwrap_or_else(|| "POST".to_owned());
    let mut draft = Draft { method, endpoint: text(&credentials.authorization_endpoint), ..Draft::default() };
    if draft.method == "GET" {
        draft.query = form;
    } else {
        draft.set_header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
        draft.body = Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish());
    }
    draft.set_header("User-Agent", "Amazon/EventBridge/ApiDestinations");
    draft.add(&parameters);
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(method: &str) -> Credentials {
        let mut credentials = Credentials::default();
        let given = json!({ "OAuthParameters": {
            "ClientParameters": { "ClientID": "me", "ClientSecret": "s&t" },
            "AuthorizationEndpoint": "https://id.example.com/token",
            "HttpMethod": method,
            "OAuthHttpParameters": {
                "BodyParameters": [{ "Key": "audience", "Value": "api" }],
                "HeaderParameters": [{ "Key": "x-tenant", "Value": "1" }],
            },
        }});
        credentials.update(&given).expect("valid");
        credentials
    }

    #[test]
    fn a_token_is_asked_for_by_a_form() {
        let draft = token_request(&client("POST"));
        let body = "grant_type=client_credentials&client_id=me&client_secret=s%26t&audience=api";
        assert_eq!(draft.body.as_deref(), Some(body));
        assert_eq!(draft.header("x-tenant"), Some("1"));
    }

    #[test]
    fn a_method_without_a_body_has_the_form_in_its_query() {
        let draft = token_request(&client("GET"));
        assert_eq!(draft.body, None);
        assert!(draft.url().contains("client_secret=s%26t"), "{}", draft.url());
    }
}
