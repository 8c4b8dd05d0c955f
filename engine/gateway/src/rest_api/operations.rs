//! APIs and their resources.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::{bad, conflict, members, missing, seconds, short_id, text};
use super::records::{Record, Resource};
use super::service::RestApis;

/// What CreateRestApi takes and this engine has no use for, nor harm from.
const KEPT: &[&str] = &[
    "name",
    "description",
    "version",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "endpointConfiguration",
    "policy",
    "tags",
    "disableExecuteApiEndpoint",
    "securityPolicy",
];

impl RestApis {
    pub(super) async fn create_rest_api(&self, input: Value) -> Result<Value, ServiceError> {
        let mut api = members(input)?;
        if api.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(bad("Invalid API name specified"));
        }
        if let Some(member) = api.keys().find(|member| !KEPT.contains(&member.as_str())) {
            return Err(bad(format!("sluice does not make REST APIs with {member}; leave it out")));
        }
        if api.get("policy").is_some_and(|policy| !policy.is_null()) {
            return Err(bad("sluice does not enforce resource policies of REST APIs yet; leave policy out"));
        }
        api.entry("apiKeySource").or_insert_with(|| "HEADER".into());
        api.entry("endpointConfiguration").or_insert_with(|| json!({ "types": ["EDGE"] }));
        api.entry("tags").or_insert_with(|| json!({}));
        api.entry("disableExecuteApiEndpoint").or_insert(Value::Bool(false));
        let root = Resource { id: short_id(10), path: "/".to_owned(), ..Resource::default() };
        let record = Record {
            id: short_id(10),
            created: self.platform.clock.now().as_millis(),
            api,
            resources: [(root.id.clone(), root)].into(),
            ..Record::default()
        };
        let described = described(&record);
        self.add(record).await?;
        Ok(described)
    }

    pub(super) fn get_rest_api(&self, input: &Value) -> Result<Value, ServiceError> {
        Ok(described(&*self.found(text(input, "restApiId"))?))
    }

    pub(super) fn get_rest_apis(&self) -> Value {
        json!({ "item": self.all().iter().map(|record| described(record)).collect::<Vec<_>>() })
    }

    pub(super) async fn delete_rest_api(&self, input: &Value) -> Result<Value, ServiceError> {
        self.delete(text(input, "restApiId")).await?;
        Ok(Value::Null)
    }

    pub(super) async fn create_resource(&self, input: &Value) -> Result<Value, ServiceError> {
        let (parent, part) = (text(input, "parentId"), text(input, "pathPart"));
        check_part(part)?;
        let create = |record: &mut Record| {
            let above = record.resources.get(parent).ok_or_else(no_resource)?;
            let path = format!("{}/{part}", above.path.trim_end_matches('/'));
            if above.part.ends_with("+}") {
                return Err(bad(format!("Cannot create a child of a resource with a greedy path variable: {path}")));
            }
            if record.resources.values().any(|other| other.path == path) {
                return Err(conflict(format!("Another resource with the same parent already has this name: {part}")));
            }
            let resource = Resource {
                id: short_id(6),
                parent: Some(parent.to_owned()),
                part: part.to_owned(),
                path,
                ..Resource::default()
            };
            let described = resource.described(false);
            record.resources.insert(resource.id.clone(), resource);
            Ok(described)
        };
        self.update(text(input, "restApiId"), create).await
    }

    pub(super) fn get_resource(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        let resource = record.resources.get(text(input, "resourceId")).ok_or_else(no_resource)?;
        Ok(resource.described(embeds_methods(input)))
    }

    pub(super) fn get_resources(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        let mut all: Vec<_> = record.resources.values().collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        let with_methods = embeds_methods(input);
        Ok(json!({ "item": all.into_iter().map(|one| one.described(with_methods)).collect::<Vec<_>>() }))
    }

    /// With all that is below it.
    pub(super) async fn delete_resource(&self, input: &Value) -> Result<Value, ServiceError> {
        let id = text(input, "resourceId");
        let delete = |record: &mut Record| {
            let resource = record.resources.get(id).ok_or_else(no_resource)?;
            if resource.parent.is_none() {
                return Err(bad("Invalid root resource identifier specified: the root cannot be deleted"));
            }
            let (path, below) = (resource.path.clone(), format!("{}/", resource.path));
            record.resources.retain(|_, other| other.path != path && !other.path.starts_with(&below));
            Ok(Value::Null)
        };
        self.update(text(input, "restApiId"), delete).await
    }
}

/// An API as AWS answers it.
fn described(record: &Record) -> Value {
    let mut api = record.api.clone();
    api.insert("id".to_owned(), record.id.clone().into());
    api.insert("createdDate".to_owned(), seconds(record.created));
    if let Some(root) = record.root() {
        api.insert("rootResourceId".to_owned(), root.id.clone().into());
    }
    Value::Object(api)
}

fn embeds_methods(input: &Value) -> bool {
    input["embed"] == "methods" || input["embed"].as_array().is_some_and(|parts| parts.iter().any(|it| it == "methods"))
}

/// A word, a variable `{name}`, or a greedy one `{name+}`.
fn check_part(part: &str) -> Result<(), ServiceError> {
    let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).map(|name| name.trim_end_matches('+'));
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ':' | '$'))
    };
    if is_word(name.unwrap_or(part)) {
        return Ok(());
    }
    Err(bad(
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    ))
}

/// AWS's error for a resource that isn't there.
pub(super) fn no_resource() -> ServiceError {
    missing("Invalid Resource identifier specified")
}
