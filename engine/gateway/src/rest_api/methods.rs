//! Methods of resources, their integrations and responses. What couldn't be served as AWS serves it is refused here.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::{bad, conflict, members, missing, text};
use super::integrate::check;
use super::operations::no_resource;
use super::records::{Members, Record};
use super::service::RestApis;
use super::template::Template;

const METHODS: &[&str] = &["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

impl RestApis {
    pub(super) async fn put_method(&self, input: Value) -> Result<Value, ServiceError> {
        let method = text(&input, "httpMethod").to_owned();
        if !METHODS.contains(&method.as_str()) {
            return Err(bad(format!("Invalid HTTP method specified: {method}")));
        }
        match text(&input, "authorizationType") {
            "NONE" | "AWS_IAM" => {}
            "" => return Err(bad("Invalid authorization type specified: null")),
            other => {
                let remedy = "NONE and AWS_IAM, which admits everybody here, are served";
                return Err(bad(format!("sluice does not authorize by {other} yet: {remedy}")));
            }
        }
        if input["apiKeyRequired"] == true {
            return Err(bad("sluice does not check API keys yet; leave apiKeyRequired out"));
        }
        let (api, resource) = located(&input);
        let mut kept = members(input)?;
        kept.retain(|name, _| !matches!(name.as_str(), "restApiId" | "resourceId" | "apiKeyRequired"));
        kept.insert("apiKeyRequired".to_owned(), false.into());
        let put = |record: &mut Record| {
            let resource = record.resources.get_mut(&resource).ok_or_else(no_resource)?;
            if resource.methods.contains_key(&method) {
                return Err(conflict("Method already exists for this resource"));
            }
            resource.methods.insert(method, kept.clone());
            Ok(Value::Object(kept))
        };
        self.update(&api, put).await
    }

    pub(super) fn get_method(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        let resource = record.resources.get(text(input, "resourceId")).ok_or_else(no_resource)?;
        resource.methods.get(text(input, "httpMethod")).cloned().map(Value::Object).ok_or_else(no_method)
    }

    pub(super) async fn delete_method(&self, input: &Value) -> Result<Value, ServiceError> {
        let (api, resource) = located(input);
        let delete = |record: &mut Record| {
            let resource = record.resources.get_mut(&resource).ok_or_else(no_resource)?;
            resource.methods.remove(text(input, "httpMethod")).map(|_| Value::Null).ok_or_else(no_method)
        };
        self.update(&api, delete).await
    }

    pub(super) async fn put_integration(&self, input: Value) -> Result<Value, ServiceError> {
        let mut integration = members(input.clone())?;
        // Over the wire the path has the resource's method, and the body the integration's.
        if input.get("method").is_some() {
            integration.remove("method");
        } else {
            integration.remove("httpMethod");
        }
        if let Some(method) = integration.remove("integrationHttpMethod") {
            integration.insert("httpMethod".to_owned(), method);
        }
        integration.retain(|name, _| !matches!(name.as_str(), "restApiId" | "resourceId"));
        integration.entry("passthroughBehavior").or_insert_with(|| "WHEN_NO_MATCH".into());
        integration.entry("timeoutInMillis").or_insert_with(|| 29_000.into());
        integration.entry("cacheNamespace").or_insert_with(|| text(&input, "resourceId").into());
        integration.entry("cacheKeyParameters").or_insert_with(|| json!([]));
        check(&integration)?;
        let change = |method: &mut Members| {
            method.insert("methodIntegration".to_owned(), Value::Object(integration.clone()));
            Ok(Value::Object(integration))
        };
        self.change_method(&input, change).await
    }

    pub(super) fn get_integration(&self, input: &Value) -> Result<Value, ServiceError> {
        let mut method = self.get_method(input)?;
        match method["methodIntegration"].take() {
            Value::Null => Err(no_integration()),
            integration => Ok(integration),
        }
    }

    pub(super) async fn delete_integration(&self, input: &Value) -> Result<Value, ServiceError> {
        let change =
            |method: &mut Members| method.remove("methodIntegration").map(|_| Value::Null).ok_or_else(no_integration);
        self.change_method(input, change).await
    }

    pub(super) async fn put_integration_response(&self, input: Value) -> Result<Value, ServiceError> {
        for template in input["responseTemplates"].as_object().into_iter().flat_map(|all| all.values()) {
            Template::parse(template.as_str().unwrap_or_default()).map_err(bad)?;
        }
        if let Some(pattern) = input["selectionPattern"].as_str() {
            regex::Regex::new(pattern).map_err(|error| bad(format!("Invalid selection pattern specified: {error}")))?;
        }
        if let Some((name, source)) = (input["responseParameters"].as_object().into_iter().flatten())
            .find(|(_, source)| !source.as_str().is_some_and(super::answer::is_known_source))
        {
            return Err(bad(format!(
                "sluice maps texts in quotes and integration.response.header.* to headers of responses, not {source} to {name}"
            )));
        }
        let status = text(&input, "statusCode").to_owned();
        let response = part_of(&input);
        let change = |method: &mut Members| {
            let Some(integration) = method.get_mut("methodIntegration") else { return Err(no_integration()) };
            integration["integrationResponses"][&status] = response.clone();
            Ok(response)
        };
        self.change_method(&input, change).await
    }

    pub(super) async fn put_method_response(&self, input: Value) -> Result<Value, ServiceError> {
        let status = text(&input, "statusCode").to_owned();
        let response = part_of(&input);
        let change = |method: &mut Members| {
            let responses = method.entry("methodResponses").or_insert_with(|| json!({}));
            if responses.get(&status).is_some() {
                return Err(conflict("Response already exists for this resource"));
            }
            responses[&status] = response.clone();
            Ok(response)
        };
        self.change_method(&input, change).await
    }

    async fn change_method(
        &self,
        input: &Value,
        change: impl FnOnce(&mut Members) -> Result<Value, ServiceError>,
    ) -> Result<Value, ServiceError> {
        let (api, resource) = located(input);
        let method = input["method"].as_str().unwrap_or_else(|| text(input, "httpMethod"));
        let change = |record: &mut Record| {
            let resource = record.resources.get_mut(&resource).ok_or_else(no_resource)?;
            change(resource.methods.get_mut(method).ok_or_else(no_method)?)
        };
        self.update(&api, change).await
    }
}

fn located(input: &Value) -> (String, String) {
    (text(input, "restApiId").to_owned(), text(input, "resourceId").to_owned())
}

/// What is kept of a response: all but where it belongs.
fn part_of(input: &Value) -> Value {
    let mut part = input.as_object().cloned().unwrap_or_default();
    part.retain(|name, _| !matches!(name.as_str(), "restApiId" | "resourceId" | "httpMethod" | "method"));
    Value::Object(part)
}

fn no_method() -> ServiceError {
    missing("Invalid Method identifier specified")
}

fn no_integration() -> ServiceError {
    missing("No integration defined for method")
}
