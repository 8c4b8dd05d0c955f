//! The operations on platform applications.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::application::{Application, check_attributes};
use super::rows;
use crate::operations::{page, parse, required};
use crate::{Sns, error};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    name: Option<String>,
    platform: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

/// The input of operations on an application, and of those that list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfApplication {
    pub(super) platform_application_arn: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    pub(super) next_token: Option<String>,
}

impl Sns {
    pub(crate) async fn create_platform_application(&self, input: Value) -> Result<Value, ServiceError> {
        let Create { name, platform, attributes } = parse(input)?;
        let (name, platform) = (required(name, "name")?, required(platform, "platform")?);
        let application = Application::new(&name, &platform, attributes, &self.platform.scope)?;
        let arn = application.arn.clone();
        let write = move |connection: &Connection| match rows::application(connection, &application.arn) {
            Ok(existing) if existing == application => Ok(()),
            Ok(_) => Err(error::invalid_parameter(
                "Attributes Reason: Platform application already exists with different attributes",
            )),
            Err(_) => rows::put_application(connection, &application),
        };
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        Ok(json!({ "PlatformApplicationArn": arn }))
    }

    pub(crate) async fn delete_platform_application(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<OfApplication>(input)?.platform_application_arn, "platformApplicationArn")?;
        error::check_arn("PlatformApplicationArn", &arn)?;
        let write = move |connection: &Connection| rows::delete_application(connection, &arn);
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn get_platform_application_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<OfApplication>(input)?.platform_application_arn, "platformApplicationArn")?;
        error::check_arn("PlatformApplicationArn", &arn)?;
        let read = move |connection: &Connection| rows::application(connection, &arn);
        let application = self.platform.store.read::<_, ServiceError, _>(read).await?;
        Ok(json!({ "Attributes": application.shown() }))
    }

    pub(crate) async fn set_platform_application_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfApplication = parse(input)?;
        let arn = required(input.platform_application_arn, "platformApplicationArn")?;
        error::check_arn("PlatformApplicationArn", &arn)?;
        check_attributes(&input.attributes)?;
        let write = move |connection: &Connection| {
            let mut application = rows::application(connection, &arn)?;
            application.attributes.extend(input.attributes);
            rows::put_application(connection, &application)
        };
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn list_platform_applications(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfApplication = parse(input)?;
        let applications = self.platform.store.read::<_, ServiceError, _>(rows::applications).await?;
        let (shown, next) = page(applications.into_iter(), input.next_token.as_deref(), |one| one.arn.as_str());
        let shown: Vec<Value> =
            shown.iter().map(|one| json!({"PlatformApplicationArn": one.arn, "Attributes": one.shown()})).collect();
        let mut answer = json!({ "PlatformApplications": shown });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        Ok(answer)
    }
}
