//! Declaring APIs and their parts. What couldn't be served is refused when it is declared.

use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::records::{Members, Part, Record};
use super::route_key::RouteKey;
use super::service::HttpApis;

impl HttpApis {
    /// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html>
    pub(super) async fn create_api(&self, input: Value) -> Result<Value, ServiceError> {
        let mut api = members(input)?;
        if api.get("ProtocolType").is_none_or(|protocol| protocol != "HTTP") {
            let given = api.get("ProtocolType").unwrap_or(&Value::Null);
            return Err(bad(format!("sluice serves APIs of ProtocolType HTTP, not {given}")));
        }
        if api.get("Name").and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(bad("Missing required field: Name"));
        }
        if api.contains_key("Target") {
            return Err(bad("sluice does not make an API's parts from Target; create integration, route and stage"));
        }
        let now = self.platform.clock.now();
        let id = short_id(10);
        api.entry("RouteSelectionExpression").or_insert_with(|| "$request.method $request.path".into());
        api.entry("ApiKeySelectionExpression").or_insert_with(|| "$request.header.x-api-key".into());
        api.insert("CreatedDate".to_owned(), now.to_rfc3339_seconds().into());
        let record = Record { id, api, ..Record::default() };
        Ok(self.described(&*self.add(record).await?))
    }

    pub(super) fn get_api(&self, input: &Value) -> Result<Value, ServiceError> {
        Ok(self.described(&*self.found(text(input, "ApiId"))?))
    }

    pub(super) fn get_apis(&self) -> Value {
        json!({ "Items": self.all().iter().map(|record| self.described(record)).collect::<Vec<_>>() })
    }

    pub(super) async fn update_api(&self, input: Value) -> Result<Value, ServiceError> {
        let id = text(&input, "ApiId").to_owned();
        let changes = members(input)?;
        let change = |record: &mut Record| {
            record.api.extend(changes.into_iter().filter(|(name, _)| name != "ApiId"));
            Ok(())
        };
        let (record, ()) = self.update(&id, change).await?;
        Ok(self.described(&record))
    }

    pub(super) async fn delete_api(&self, input: &Value) -> Result<Value, ServiceError> {
        self.delete(text(input, "ApiId")).await?;
        Ok(json!({}))
    }

    pub(super) async fn delete_cors(&self, input: &Value) -> Result<Value, ServiceError> {
        let change = |record: &mut Record| {
            record.api.remove("CorsConfiguration");
            Ok(())
        };
        self.update(text(input, "ApiId"), change).await?;
        Ok(json!({}))
    }

    pub(super) async fn create_part(&self, part: Part, input: Value) -> Result<Value, ServiceError> {
        let api = text(&input, "ApiId").to_owned();
        let mut members = members(input)?;
        members.remove("ApiId");
        let id = match part {
            Part::Stage => members.get("StageName").and_then(Value::as_str).unwrap_or_default().to_owned(),
            Part::Route | Part::Integration => short_id(7),
        };
        members.insert(part.id_member().to_owned(), id.clone().into());
        if matches!(part, Part::Stage) {
            members.insert("CreatedDate".to_owned(), self.platform.clock.now().to_rfc3339_seconds().into());
        }
        let change = |record: &mut Record| {
            check(part, &id, &members, record)?;
            if record.parts(part).contains_key(&id) {
                return Err(conflict(format!("{} already exists", part.id_member())));
            }
            record.parts_mut(part).insert(id, members.clone());
            Ok(Value::Object(members))
        };
        Ok(self.update(&api, change).await?.1)
    }

    pub(super) async fn update_part(&self, part: Part, input: Value) -> Result<Value, ServiceError> {
        let (api, id) = (text(&input, "ApiId").to_owned(), text(&input, part.id_member()).to_owned());
        let changes = members(input)?;
        let change = |record: &mut Record| {
            let mut members = record.parts(part).get(&id).cloned().ok_or_else(|| missing(part.missing(&id)))?;
            members.extend(changes.into_iter().filter(|(name, _)| name != "ApiId"));
            check(part, &id, &members, record)?;
            record.parts_mut(part).insert(id, members.clone());
            Ok(Value::Object(members))
        };
        Ok(self.update(&api, change).await?.1)
    }

    pub(super) async fn delete_part(&self, part: Part, input: &Value) -> Result<Value, ServiceError> {
        let id = text(input, part.id_member());
        let change = |record: &mut Record| match record.parts_mut(part).remove(id) {
            Some(_) => Ok(()),
            None => Err(missing(part.missing(id))),
        };
        self.update(text(input, "ApiId"), change).await?;
        Ok(json!({}))
    }

    pub(super) fn get_part(&self, part: Part, input: &Value) -> Result<Value, ServiceError> {
        let id = text(input, part.id_member());
        let record = self.found(text(input, "ApiId"))?;
        record.parts(part).get(id).cloned().map(Value::Object).ok_or_else(|| missing(part.missing(id)))
    }

    pub(super) fn list_parts(&self, part: Part, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "ApiId"))?;
        Ok(json!({ "Items": record.parts(part).values().collect::<Vec<_>>() }))
    }

    pub(super) async fn tag(&self, input: &Value) -> Result<Value, ServiceError> {
        let tags = input["Tags"].as_object().cloned().unwrap_or_default();
        let change = |record: &mut Record| {
            if let Value::Object(all) = record.api.entry("Tags").or_insert_with(|| json!({})) {
                all.extend(tags);
            }
            Ok(())
        };
        self.update(tagged(input), change).await?;
        Ok(json!({}))
    }

    pub(super) async fn untag(&self, input: &Value) -> Result<Value, ServiceError> {
        let is_removed = |key: &str| match &input["TagKeys"] {
            Value::Array(keys) => keys.iter().any(|it| it == key),
            single => single == key,
        };
        let change = |record: &mut Record| {
            if let Some(Value::Object(tags)) = record.api.get_mut("Tags") {
                tags.retain(|key, _| !is_removed(key));
            }
            Ok(())
        };
        self.update(tagged(input), change).await?;
        Ok(json!({}))
    }

    pub(super) fn get_tags(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(tagged(input))?;
        Ok(json!({ "Tags": record.api.get("Tags").cloned().unwrap_or_else(|| json!({})) }))
    }

    /// The API of this id, or AWS's error.
    pub(super) fn found(&self, id: &str) -> Result<std::sync::Arc<Record>, ServiceError> {
        self.get(id)
            .ok_or_else(|| missing(format!("Invalid API identifier specified {}:{id}", self.platform.scope.account)))
    }

    /// An API as AWS answers it. The one that was created first is served at the address itself.
    fn described(&self, record: &Record) -> Value {
        let is_first = self.all().first().is_none_or(|first| first.id == record.id);
        let endpoint = if is_first { self.web_url.clone() } else { format!("{}/_apis/{}", self.web_url, record.id) };
        let mut api = record.api.clone();
        api.insert("ApiId".to_owned(), record.id.clone().into());
        api.insert("ApiEndpoint".to_owned(), endpoint.into());
        Value::Object(api)
    }
}

/// Refuses a part that couldn't be served as AWS serves it.
fn check(part: Part, id: &str, members: &Members, record: &Record) -> Result<(), ServiceError> {
    let member = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    match part {
        Part::Integration if member("IntegrationType") != "AWS_PROXY" || members.contains_key("IntegrationSubtype") => {
            Err(bad(format!("sluice integrates Lambda functions (AWS_PROXY), not {}", member("IntegrationType"))))
        }
        Part::Integration if member("PayloadFormatVersion") != "2.0" => Err(bad(format!(
            "sluice speaks PayloadFormatVersion 2.0 with Lambda functions, not {:?}",
            member("PayloadFormatVersion")
        ))),
        Part::Integration if function_of(member("IntegrationUri")).is_none() => {
            Err(bad(format!("IntegrationUri is no Lambda function's ARN: {:?}", member("IntegrationUri"))))
        }
        Part::Route if RouteKey::parse(member("RouteKey")).is_none() => Err(bad(format!(
            "The provided route key is not formatted properly for HTTP protocol: {}",
            member("RouteKey")
        ))),
        Part::Route if !matches!(member("AuthorizationType"), "" | "NONE") => Err(bad(format!(
            "sluice does not authorize routes yet: AuthorizationType must be NONE, not {}",
            member("AuthorizationType")
        ))),
        Part::Route => {
            let is_taken =
                |(other, route): (&String, &Members)| other != id && route.get("RouteKey") == members.get("RouteKey");
            if record.routes.iter().any(is_taken) {
                return Err(conflict(format!("Route with key {} already exists for this API", member("RouteKey"))));
            }
            Ok(())
        }
        Part::Stage if id.is_empty() => Err(bad("Missing required field: StageName")),
        Part::Stage if members.get("AutoDeploy") != Some(&Value::Bool(true)) => {
            Err(bad("sluice serves what is declared now: a stage needs AutoDeploy"))
        }
        Part::Integration | Part::Stage => Ok(()),
    }
}

/// The function that an integration calls: the URI is its ARN, or holds it as `…/functions/<ARN>/invocations`.
pub(crate) fn function_of(uri: &str) -> Option<&str> {
    let arn = match uri.split_once("/functions/") {
        Some((_, rest)) => rest.strip_suffix("/invocations")?,
        None => uri,
    };
    (arn.starts_with("arn:") && arn.contains(":lambda:")).then_some(arn)
}

fn members(input: Value) -> Result<Members, ServiceError> {
    match input {
        Value::Object(members) => Ok(members),
        _ => Err(bad("the input must be an object")),
    }
}

fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or_default()
}

/// The id in an API's ARN: `arn:aws:apigateway:us-east-1::/apis/<id>`.
fn tagged(input: &Value) -> &str {
    text(input, "ResourceArn").rsplit('/').next().unwrap_or_default()
}

/// Letters and digits, as API Gateway's ids are.
fn short_id(length: usize) -> String {
    Uuid::new_v4().simple().to_string()[..length].to_owned()
}

fn bad(message: impl Into<String>) -> ServiceError {
    ServiceError::client("BadRequestException", message)
}

fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ConflictException", message).with_status(409)
}

fn missing(message: impl Into<String>) -> ServiceError {
    ServiceError::client("NotFoundException", message).with_status(404)
}
