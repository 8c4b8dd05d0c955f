//! API destinations.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::{Page, parse, required};
use crate::service::EventBridge;
use crate::web::{ApiDestination, State};
use crate::{error, names};

const METHODS: &[&str] = &["POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];

/// AWS's default.
const MOST_PER_SECOND: u32 = 300;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    name: Option<String>,
    description: Option<String>,
    connection_arn: Option<String>,
    invocation_endpoint: Option<String>,
    http_method: Option<String>,
    invocation_rate_limit_per_second: Option<i64>,
}

impl Input {
    /// Puts what is given into a destination.
    fn apply(self, destination: &mut ApiDestination) -> Result<(), ServiceError> {
        if let Some(method) = self.http_method {
            if !METHODS.contains(&method.as_str()) {
                let set = format!("Member must satisfy enum value set: [{}]", METHODS.join(", "));
                return Err(error::constraint(method, "httpMethod", &set));
            }
            destination.method = method;
        }
        if let Some(endpoint) = self.invocation_endpoint {
            let is_address = |scheme| endpoint.strip_prefix(scheme).is_some_and(|rest: &str| !rest.is_empty());
            // AWS takes https only; on one machine a server without a certificate is a fair target.
            if !is_address("https://") && !is_address("http://") {
                let reason = format_args!("{endpoint} is not an address that begins with https:// or http://");
                return Err(error::invalid_parameter("InvocationEndpoint", reason));
            }
            destination.endpoint = endpoint;
        }
        if let Some(limit) = self.invocation_rate_limit_per_second {
            destination.most_per_second = u32::try_from(limit).ok().filter(|limit| *limit > 0).ok_or_else(|| {
                let least = "Member must have value greater than or equal to 1";
                error::constraint(limit, "invocationRateLimitPerSecond", least)
            })?;
        }
        destination.connection_arn = self.connection_arn.unwrap_or_else(|| destination.connection_arn.clone());
        destination.description = self.description.or_else(|| destination.description.clone());
        Ok(())
    }
}

impl EventBridge {
    pub(crate) async fn create_api_destination(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let name = required(input.name.clone(), "name")?;
        names::check(&name, "name", 64, false)?;
        required(input.http_method.as_deref(), "httpMethod")?;
        required(input.invocation_endpoint.as_deref(), "invocationEndpoint")?;
        required(input.connection_arn.as_deref(), "connectionArn")?;
        let now = self.platform.clock.now();
        let mut destination = ApiDestination {
            name: name.clone(),
            id: Uuid::new_v4().to_string(),
            description: None,
            connection_arn: String::new(),
            endpoint: String::new(),
            method: String::new(),
            most_per_second: MOST_PER_SECOND,
            created_at: now,
            modified_at: now,
        };
        input.apply(&mut destination)?;
        let _alone = self.changes.lock().await;
        if self.web.destination(&name).is_some() {
            return Err(error::exists("API destination", &name));
        }
        self.keep_destination(destination).await
    }

    pub(crate) async fn update_api_destination(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let _alone = self.changes.lock().await;
        let mut destination = ApiDestination::clone(&*self.destination_named(input.name.as_deref())?);
        input.apply(&mut destination)?;
        destination.modified_at = self.platform.clock.now();
        self.keep_destination(destination).await
    }

    async fn keep_destination(&self, destination: ApiDestination) -> Result<Value, ServiceError> {
        let arn = &destination.connection_arn;
        if self.web.connection_of(arn).is_none() {
            return Err(error::not_found(format!("Connection '{arn}' does not exist.")));
        }
        let told = destination.summary(&self.platform.scope, self.is_active(&destination));
        self.web.put_destination(destination).await?;
        Ok(told)
    }

    pub(crate) async fn delete_api_destination(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let _alone = self.changes.lock().await;
        let destination = self.destination_named(input.name.as_deref())?;
        self.web.delete_destination(&destination.name).await?;
        Ok(json!({}))
    }

    pub(crate) fn describe_api_destination(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let destination = self.destination_named(input.name.as_deref())?;
        Ok(destination.described(&self.platform.scope, self.is_active(&destination)))
    }

    pub(crate) fn list_api_destinations(&self, input: Value) -> Result<Value, ServiceError> {
        let connection = input["ConnectionArn"].as_str().map(str::to_owned);
        let page = Page::parse(input)?;
        let all = self.web.destinations().into_iter();
        let asked = all.filter(|one| connection.as_ref().is_none_or(|arn| *arn == one.connection_arn));
        let listed = |one: Arc<ApiDestination>| {
            let mut told = one.described(&self.platform.scope, self.is_active(&one));
            if let Some(members) = told.as_object_mut() {
                members.remove("Description");
            }
            (one.name.clone(), told)
        };
        Ok(page.of("ApiDestinations", asked.map(listed)))
    }

    fn is_active(&self, destination: &ApiDestination) -> bool {
        let connection = self.web.connection_of(&destination.connection_arn);
        connection.is_some_and(|connection| connection.state != State::Deauthorized)
    }

    fn destination_named(&self, name: Option<&str>) -> Result<Arc<ApiDestination>, ServiceError> {
        let name = required(name, "name")?;
        self.web.destination(name).ok_or_else(|| {
            error::not_found(format!(
                "Failed to describe the api-destination(s). Api-destination '{name}' does not exist."
            ))
        })
    }
}
