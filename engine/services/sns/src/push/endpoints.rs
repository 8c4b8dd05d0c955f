//! The operations on endpoints.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::application::platform_and_name;
use super::applications::OfApplication;
use super::endpoint::{Endpoint, checked};
use super::rows;
use crate::operations::{page, parse, required};
use crate::{Sns, error};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    platform_application_arn: Option<String>,
    token: Option<String>,
    custom_user_data: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfEndpoint {
    endpoint_arn: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

impl OfEndpoint {
    fn arn(&self) -> Result<String, ServiceError> {
        let arn = required(self.endpoint_arn.clone(), "endpointArn")?;
        error::check_arn("EndpointArn", &arn)?;
        Ok(arn)
    }
}

impl Sns {
    /// The same token with the same attributes is the same endpoint.
    pub(crate) async fn create_platform_endpoint(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Create = parse(input)?;
        let application = required(input.platform_application_arn, "platformApplicationArn")?;
        error::check_arn("PlatformApplicationArn", &application)?;
        let token = required(input.token, "token")?;
        let mut attributes = input.attributes;
        attributes.insert("Token".to_owned(), token.clone());
        attributes.entry("Enabled".to_owned()).or_insert_with(|| "true".to_owned());
        if let Some(data) = input.custom_user_data {
            attributes.insert("CustomUserData".to_owned(), data);
        }
        let attributes = checked(attributes)?;
        let (platform, name) = platform_and_name(&application).ok_or_else(error::no_such_application)?;
        let resource = format!("endpoint/{platform}/{name}/{}", Uuid::new_v4());
        let endpoint = Endpoint { arn: self.platform.scope.arn("sns", resource), application, attributes };
        let write = move |connection: &Connection| {
            rows::application(connection, &endpoint.application)?;
            match rows::endpoint_of_token(connection, &endpoint.application, &token)? {
                Some(existing) if existing.attributes == endpoint.attributes => Ok(existing.arn),
                Some(existing) => Err(error::invalid_parameter(format!(
                    "Token Reason: Endpoint {} already exists with the same Token, but different attributes.",
                    existing.arn
                ))),
                None => rows::put_endpoint(connection, &endpoint).map(|()| endpoint.arn),
            }
        };
        let arn = self.platform.store.write::<_, ServiceError, _>(write).await?;
        Ok(json!({ "EndpointArn": arn }))
    }

    pub(crate) async fn delete_endpoint(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = parse::<OfEndpoint>(input)?.arn()?;
        let write = move |connection: &Connection| rows::delete_endpoint(connection, &arn);
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn get_endpoint_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = parse::<OfEndpoint>(input)?.arn()?;
        let read = move |connection: &Connection| rows::endpoint(connection, &arn);
        let endpoint = self.platform.store.read::<_, ServiceError, _>(read).await?;
        Ok(json!({ "Attributes": endpoint.ok_or_else(error::no_such_endpoint)?.attributes }))
    }

    pub(crate) async fn set_endpoint_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfEndpoint = parse(input)?;
        let arn = input.arn()?;
        let attributes = checked(input.attributes)?;
        let write = move |connection: &Connection| {
            let mut endpoint = rows::endpoint(connection, &arn)?.ok_or_else(error::no_such_endpoint)?;
            endpoint.attributes.extend(attributes);
            rows::put_endpoint(connection, &endpoint)
        };
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn list_endpoints_by_platform_application(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfApplication = parse(input)?;
        let arn = required(input.platform_application_arn, "platformApplicationArn")?;
        error::check_arn("PlatformApplicationArn", &arn)?;
        let read = move |connection: &Connection| {
            rows::application(connection, &arn)?;
            rows::endpoints(connection, &arn)
        };
        let endpoints = self.platform.store.read::<_, ServiceError, _>(read).await?;
        let (shown, next) = page(endpoints.into_iter(), input.next_token.as_deref(), |one| one.arn.as_str());
        let shown: Vec<Value> =
            shown.iter().map(|one| json!({"EndpointArn": one.arn, "Attributes": one.attributes})).collect();
        let mut answer = json!({ "Endpoints": shown });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        Ok(answer)
    }
}
