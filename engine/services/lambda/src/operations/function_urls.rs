//! Addresses of their own that functions have.

use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use crate::Lambda;
use crate::configuration::{Function, UrlConfig};
use crate::error::{conflict, invalid, not_found};
use crate::name::function_name;

/// A function's address, as whoever serves it needs to know it.
#[derive(Clone, Debug)]
pub struct FunctionUrl {
    /// The function.
    pub function: String,
    /// Whether everybody may call it, not only who signs.
    pub is_open: bool,
    /// Its `Cors`, as AWS's API has it.
    pub cors: Option<Value>,
}

impl Lambda {
    /// The function whose address begins with `id`.
    pub fn function_url(&self, id: &str) -> Option<FunctionUrl> {
        let functions = self.functions.list("");
        let function = functions.iter().find(|function| function.url.as_ref().is_some_and(|url| url.id == id))?;
        let url = function.url.as_ref()?;
        Some(FunctionUrl {
            function: function.configuration.function_name.clone(),
            is_open: url.auth_type == "NONE",
            cors: url.cors.clone(),
        })
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html>
    pub(crate) async fn create_function_url(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let now = self.platform.clock.now().to_rfc3339_millis();
        let mut config = UrlConfig {
            id: Uuid::new_v4().simple().to_string(),
            auth_type: String::new(),
            cors: None,
            creation_time: now.clone(),
            last_modified_time: now,
        };
        if !input["AuthType"].is_string() {
            return Err(invalid("CreateFunctionUrlConfig needs the member AuthType"));
        }
        change(&mut config, input)?;
        let put = |function: &mut Function| match &function.url {
            Some(_) => {
                let arn = &function.configuration.function_arn;
                Err(conflict(format!(
                    "Failed to create function url config for [functionArn = {arn}]. Error message: FunctionUrlConfig exists for this Lambda function"
                )))
            }
            None => {
                function.url = Some(config);
                Ok(())
            }
        };
        let (function, ()) = self.functions.update(&name, put).await?;
        self.described(&function)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html>
    pub(crate) async fn update_function_url(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let now = self.platform.clock.now().to_rfc3339_millis();
        let update = |function: &mut Function| {
            let Some(config) = &mut function.url else { return Err(missing()) };
            config.last_modified_time = now;
            change(config, input)
        };
        let (function, ()) = self.functions.update(&name, update).await?;
        self.described(&function)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html>
    pub(crate) fn get_function_url(&self, input: &Value) -> Result<Value, ServiceError> {
        self.described(&*self.functions.get(&function_name(input, &self.platform.scope)?)?)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html>
    pub(crate) fn list_function_urls(&self, input: &Value) -> Result<Value, ServiceError> {
        let function = self.functions.get(&function_name(input, &self.platform.scope)?)?;
        let described = function.url.is_some().then(|| self.described(&function)).transpose()?;
        Ok(json!({ "FunctionUrlConfigs": described.into_iter().collect::<Vec<_>>() }))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html>
    pub(crate) async fn delete_function_url(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let remove = |function: &mut Function| function.url.take().map(drop).ok_or_else(missing);
        self.functions.update(&name, remove).await?;
        Ok(json!({}))
    }

    fn described(&self, function: &Function) -> Result<Value, ServiceError> {
        let config = function.url.as_ref().ok_or_else(missing)?;
        let mut answer = json!({
            "FunctionUrl": format!("http://{}.{}/", config.id, self.url_host),
            "FunctionArn": function.configuration.function_arn,
            "AuthType": config.auth_type,
            "InvokeMode": "BUFFERED",
            "CreationTime": config.creation_time,
            "LastModifiedTime": config.last_modified_time,
        });
        if let Some(cors) = &config.cors {
            answer["Cors"] = cors.clone();
        }
        Ok(answer)
    }
}

/// Takes the members that creating and changing share.
fn change(config: &mut UrlConfig, input: &Value) -> Result<(), ServiceError> {
    if let Some(mode) = input["InvokeMode"].as_str().filter(|mode| *mode != "BUFFERED") {
        return Err(invalid(format!("sluice answers function URLs with InvokeMode BUFFERED, not {mode}")));
    }
    match input["AuthType"].as_str() {
        Some(auth_type @ ("NONE" | "AWS_IAM")) => auth_type.clone_into(&mut config.auth_type),
        Some(other) => return Err(invalid(format!("AuthType must be NONE or AWS_IAM, not {other}"))),
        None => {}
    }
    if !input["Cors"].is_null() {
        config.cors = Some(input["Cors"].clone());
    }
    Ok(())
}

fn missing() -> ServiceError {
    not_found("The resource you requested does not exist.")
}
