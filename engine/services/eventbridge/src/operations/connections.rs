//! Connections, and requests that are sent with them.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::{Page, parse, required};
use crate::service::EventBridge;
use crate::web::{Connection, Credentials, State};
use crate::{error, names};

const TYPES: &[&str] = &["BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    name: Option<String>,
    description: Option<String>,
    authorization_type: Option<String>,
    #[serde(default)]
    auth_parameters: Value,
    #[serde(default)]
    invocation_connectivity_parameters: Value,
    kms_key_identifier: Option<String>,
}

impl Input {
    fn check(&self) -> Result<(), ServiceError> {
        if let Some(kind) = self.authorization_type.as_deref().filter(|kind| !TYPES.contains(kind)) {
            let set = format!("Member must satisfy enum value set: [{}]", TYPES.join(", "));
            return Err(error::constraint(kind, "authorizationType", &set));
        }
        if !self.invocation_connectivity_parameters.is_null()
            || !self.auth_parameters["ConnectivityParameters"].is_null()
        {
            return Err(ServiceError::validation("sluice has no private networks: leave connectivity parameters out"));
        }
        match &self.kms_key_identifier {
            Some(key) if !key.is_empty() => Err(ServiceError::validation(format!(
                "sluice does not implement connections under a KMS key yet: {key}"
            ))),
            _ => Ok(()),
        }
    }
}

impl EventBridge {
    pub(crate) async fn create_connection(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        input.check()?;
        let name = required(input.name.clone(), "name")?;
        names::check(&name, "name", 64, false)?;
        let kind = required(input.authorization_type.clone(), "authorizationType")?;
        let _alone = self.changes.lock().await;
        if self.web.connection(&name).is_some() {
            return Err(error::exists("Connection", &name));
        }
        let credentials = read(Credentials::default(), &input.auth_parameters, &kind)?;
        let (id, now) = (Uuid::new_v4().to_string(), self.platform.clock.now());
        let secret = json!({
            "Name": format!("events!connection/{name}/{}", Uuid::new_v4()),
            "Description": format!("Auth parameters for EventBridge connection {name}"),
            "SecretString": written(&credentials),
        });
        let secret = self.platform.services.call("secretsmanager", "CreateSecret", secret).await?;
        let connection = Connection {
            name,
            id,
            description: input.description,
            authorization_type: kind.clone(),
            shown: credentials.shown(),
            secret_arn: secret["ARN"].as_str().map(str::to_owned),
            state: State::Authorizing,
            state_reason: None,
            created_at: now,
            modified_at: now,
            authorized_at: None,
        };
        self.keep(connection).await
    }

    pub(crate) async fn update_connection(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        input.check()?;
        let _alone = self.changes.lock().await;
        let mut connection = Connection::clone(&*self.connection_named(input.name.as_deref())?);
        let kind = input.authorization_type.clone().unwrap_or_else(|| connection.authorization_type.clone());
        let before = match &connection.secret_arn {
            Some(_) => self.web.credentials(&connection).await.map_err(|error| internal(&error))?,
            None => Credentials::default(),
        };
        let credentials = read(before, &input.auth_parameters, &kind)?;
        let text = written(&credentials);
        let services = &self.platform.services;
        match &connection.secret_arn {
            Some(arn) => {
                services
                    .call("secretsmanager", "PutSecretValue", json!({ "SecretId": arn, "SecretString": text }))
                    .await?;
            }
            None => {
                let name = format!("events!connection/{}/{}", connection.name, Uuid::new_v4());
                let secret = json!({ "Name": name, "SecretString": text });
                let secret = services.call("secretsmanager", "CreateSecret", secret).await?;
                connection.secret_arn = secret["ARN"].as_str().map(str::to_owned);
            }
        }
        connection.authorization_type = kind;
        connection.shown = credentials.shown();
        connection.description = input.description.or(connection.description);
        connection.modified_at = self.platform.clock.now();
        self.keep(connection).await
    }

    /// Keeps a connection and authorizes it: at once, or for an OAuth client as soon as its server has given a token.
    async fn keep(&self, mut connection: Connection) -> Result<Value, ServiceError> {
        (connection.state, connection.state_reason) = (State::Authorizing, None);
        if connection.authorization_type != "OAUTH_CLIENT_CREDENTIALS" {
            (connection.state, connection.authorized_at) = (State::Authorized, Some(self.platform.clock.now()));
        }
        let (name, told) = (connection.name.clone(), connection.summary(&self.platform.scope));
        let waits = connection.state == State::Authorizing;
        self.web.forget_token(&connection.id);
        self.web.put_connection(connection).await?;
        if waits {
            self.authorize_later(name);
        }
        Ok(told)
    }

    /// Fetches a token in the background, and tells by the connection's state what came of it.
    pub(crate) fn authorize_later(&self, name: String) {
        let Some(this) = self.this.upgrade() else { return };
        self.platform.spawn(async move {
            let Some(connection) = this.web.connection(&name) else { return };
            let outcome = match this.web.credentials(&connection).await {
                Ok(credentials) => this.web.fetch_token(&connection, &credentials).await,
                Err(error) => Err(error),
            };
            let _alone = this.changes.lock().await;
            // Somebody may have changed it meanwhile; what they did is authorized on its own.
            let Some(now) = this.web.connection(&name).filter(|now| now.modified_at == connection.modified_at) else {
                return;
            };
            let mut changed = Connection::clone(&now);
            match outcome {
                Ok(_) => (changed.state, changed.authorized_at) = (State::Authorized, Some(this.platform.clock.now())),
                Err(error) => (changed.state, changed.state_reason) = (State::Deauthorized, Some(error.to_string())),
            }
            if let Err(error) = this.web.put_connection(changed).await {
                tracing::error!(connection = name, %error, "the state of a connection was not written");
            }
        });
    }

    pub(crate) async fn deauthorize_connection(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let _alone = self.changes.lock().await;
        let mut connection = Connection::clone(&*self.connection_named(input.name.as_deref())?);
        self.delete_secret(&connection).await?;
        connection.secret_arn = None;
        connection.shown = json!({});
        connection.state = State::Deauthorized;
        connection.modified_at = self.platform.clock.now();
        let told = connection.summary(&self.platform.scope);
        self.web.put_connection(connection).await?;
        Ok(told)
    }

    pub(crate) async fn delete_connection(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let _alone = self.changes.lock().await;
        let connection = self.connection_named(input.name.as_deref())?;
        self.delete_secret(&connection).await?;
        self.web.delete_connection(&connection.name).await?;
        let mut told = connection.summary(&self.platform.scope);
        told["ConnectionState"] = "DELETING".into();
        Ok(told)
    }

    async fn delete_secret(&self, connection: &Connection) -> Result<(), ServiceError> {
        let Some(arn) = &connection.secret_arn else { return Ok(()) };
        let delete = json!({ "SecretId": arn, "ForceDeleteWithoutRecovery": true });
        match self.platform.services.call("secretsmanager", "DeleteSecret", delete).await {
            Err(error) if error.code != "ResourceNotFoundException" => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn describe_connection(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        Ok(self.connection_named(input.name.as_deref())?.described(&self.platform.scope))
    }

    pub(crate) fn list_connections(&self, input: Value) -> Result<Value, ServiceError> {
        let state = input["ConnectionState"].as_str().map(str::to_owned);
        let page = Page::parse(input)?;
        let all = self.web.connections().into_iter();
        let asked = all.filter(|one| state.as_ref().is_none_or(|state| state == one.state.name()));
        Ok(page.of("Connections", asked.map(|one| (one.name.clone(), one.listed(&self.platform.scope)))))
    }

    fn connection_named(&self, name: Option<&str>) -> Result<std::sync::Arc<Connection>, ServiceError> {
        let name = required(name, "name")?;
        self.web.connection(name).ok_or_else(|| {
            error::not_found(format!("Failed to describe the connection(s). Connection '{name}' does not exist."))
        })
    }
}

/// What a connection has after `given` was taken over.
fn read(mut before: Credentials, given: &Value, kind: &str) -> Result<Credentials, ServiceError> {
    before.update(given).map_err(|failure| ServiceError::client("SerializationException", failure.to_string()))?;
    let credentials = before.only(kind);
    match credentials.lacks(kind) {
        Some(member) => Err(error::invalid_parameter(
            "AuthParameters",
            format_args!("{member} must be given whole for the authorization type {kind}."),
        )),
        None => Ok(credentials),
    }
}

fn written(credentials: &Credentials) -> String {
    serde_json::to_string(credentials).expect("credentials are JSON")
}

fn internal(error: &crate::web::WebError) -> ServiceError {
    ServiceError::server("InternalException", error.to_string())
}
