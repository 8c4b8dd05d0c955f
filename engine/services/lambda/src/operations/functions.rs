//! Creating, reading, changing and deleting functions.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};
use service::ServiceError;
use uuid::Uuid;

use crate::Lambda;
use crate::code::{Code, Stored, store};
use crate::configuration::{Configuration, Function, parsed};
use crate::error::invalid;
use crate::name::{LATEST, function_arn, function_name, is_valid};
use crate::policy::Policy;

const PAGE: usize = 50;

impl Lambda {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
    pub(crate) async fn create_function(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        if !is_valid(&name) || !input["Role"].is_string() {
            return Err(invalid("CreateFunction needs the members FunctionName, Role and Code"));
        }
        let is_zip = input["PackageType"].as_str().is_none_or(|kind| kind == "Zip");
        if is_zip && !(input["Runtime"].is_string() && input["Handler"].is_string()) {
            return Err(invalid(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
            ));
        }
        let mut configuration = Configuration {
            function_arn: function_arn(&self.platform.scope, &name),
            function_name: name.clone(),
            runtime: None,
            role: String::new(),
            handler: None,
            code_size: 0,
            code_sha256: String::new(),
            description: String::new(),
            timeout: 3,
            memory_size: 128,
            environment: None,
            dead_letter_config: None,
            last_modified: String::new(),
            version: LATEST.to_owned(),
            revision_id: String::new(),
            state: "Active".to_owned(),
            last_update_status: "Successful".to_owned(),
            package_type: "Zip".to_owned(),
            architectures: architectures(&input["Architectures"]).unwrap_or_else(|| vec!["x86_64".to_owned()]),
            rest: Map::new(),
        };
        configuration.change(input)?;
        let tags: BTreeMap<String, String> =
            if input["Tags"].is_null() { BTreeMap::new() } else { parsed("Tags", &input["Tags"])? };
        let stored = store(&input["Code"], &name, &self.code).await?;
        let code = take_code(&mut configuration, stored);
        self.stamp(&mut configuration);
        let function = Function { configuration, code, tags, policy: Policy::default(), event_invoke: None, url: None };
        Ok(self.functions.create(function).await?.configuration.to_value())
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>
    pub(crate) fn get_function(&self, input: &Value) -> Result<Value, ServiceError> {
        let function = self.functions.get(&function_name(input, &self.platform.scope)?)?;
        let location = match &function.code {
            Code::Binary(name) => format!("binary:{name}"),
            Code::Files(below) => format!("file://{}", self.code.files(below).unwrap_or_default().display()),
            Code::Object { bucket, key } => format!("s3://{bucket}/{key}"),
        };
        let mut answer = json!({
            "Configuration": function.configuration.to_value(),
            "Code": { "RepositoryType": "S3", "Location": location },
        });
        if !function.tags.is_empty() {
            answer["Tags"] = json!(function.tags);
        }
        Ok(answer)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
    pub(crate) fn get_function_configuration(&self, input: &Value) -> Result<Value, ServiceError> {
        Ok(self.functions.get(&function_name(input, &self.platform.scope)?)?.configuration.to_value())
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
    pub(crate) fn list_functions(&self, input: &Value) -> Result<Value, ServiceError> {
        // Over the wire it is a query parameter, so text.
        let wanted = input["MaxItems"].as_u64().or_else(|| input["MaxItems"].as_str()?.parse().ok());
        let page = wanted.and_then(|wanted| usize::try_from(wanted).ok()).unwrap_or(PAGE).clamp(1, PAGE);
        let functions = self.functions.list(input["Marker"].as_str().unwrap_or_default());
        let shown: Vec<_> = functions.iter().take(page).map(|function| function.configuration.to_value()).collect();
        let mut answer = json!({ "Functions": shown });
        if functions.len() > page {
            answer["NextMarker"] = functions[page - 1].configuration.function_name.clone().into();
        }
        Ok(answer)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>
    pub(crate) async fn update_function_code(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        self.functions.get(&name)?;
        let stored = store(input, &name, &self.code).await?;
        let change = |function: &mut Function| {
            let before = function.code.clone();
            function.code = take_code(&mut function.configuration, stored);
            if let Some(given) = architectures(&input["Architectures"]) {
                function.configuration.architectures = given;
            }
            self.stamp(&mut function.configuration);
            Ok(before)
        };
        let (function, before) = self.functions.update(&name, change).await?;
        self.forget_instances(&name);
        if before != function.code {
            self.remove_files(&before);
        }
        Ok(function.configuration.to_value())
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>
    pub(crate) async fn update_function_configuration(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let change = |function: &mut Function| {
            function.configuration.change(input)?;
            self.stamp(&mut function.configuration);
            Ok(())
        };
        let (function, ()) = self.functions.update(&name, change).await?;
        self.forget_instances(&name);
        Ok(function.configuration.to_value())
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html>
    pub(crate) async fn delete_function(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let function = self.functions.delete(&name).await?;
        self.forget_instances(&name);
        self.remove_files(&function.code);
        if let Some(folder) = self.code.files(Path::new(&name)) {
            // Not there for functions without files; not empty while another upload is under way.
            let _ = std::fs::remove_dir(folder);
        }
        Ok(json!({}))
    }

    fn stamp(&self, configuration: &mut Configuration) {
        configuration.last_modified = self.platform.clock.now().to_rfc3339_millis().replace('Z', "+0000");
        configuration.revision_id = Uuid::new_v4().to_string();
    }

    fn remove_files(&self, code: &Code) {
        let Code::Files(below) = code else { return };
        let Some(directory) = self.code.files(below) else { return };
        if let Err(error) = std::fs::remove_dir_all(&directory) {
            tracing::warn!(directory = %directory.display(), %error, "code that is no longer used can't be removed");
        }
    }
}

fn architectures(value: &Value) -> Option<Vec<String>> {
    let given = value.as_array()?.iter().filter_map(|it| it.as_str().map(str::to_owned));
    Some(given.collect())
}

fn take_code(configuration: &mut Configuration, stored: Stored) -> Code {
    configuration.code_size = stored.size;
    configuration.code_sha256 = stored.sha256;
    stored.code
}
