//! Deployments and the stages that serve them.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::{bad, conflict, members, missing, seconds, short_id, text};
use super::records::{Deployment, Members, Record};
use super::service::RestApis;

impl RestApis {
    pub(super) async fn create_deployment(&self, input: Value) -> Result<Value, ServiceError> {
        if input.get("canarySettings").is_some_and(|settings| !settings.is_null()) {
            return Err(bad("sluice does not deploy canaries yet; leave canarySettings out"));
        }
        let now = self.platform.clock.now().as_millis();
        let deploy = |record: &mut Record| {
            let methods = record.resources.values().flat_map(|resource| resource.methods.values());
            match methods.clone().count() {
                0 => return Err(bad("The REST API doesn't contain any methods")),
                _ if methods.into_iter().any(|method| !method.contains_key("methodIntegration")) => {
                    return Err(bad("No integration defined for method"));
                }
                _ => {}
            }
            let deployment = Deployment {
                id: short_id(6),
                created: now,
                description: input["description"].as_str().map(str::to_owned),
                resources: record.resources.clone(),
            };
            let described = described(&deployment);
            if let Some(stage) = input["stageName"].as_str().filter(|name| !name.is_empty()) {
                check_name(stage)?;
                let stage = record.stages.entry(stage.to_owned()).or_insert_with(|| new_stage(stage, now));
                stage.insert("deploymentId".to_owned(), deployment.id.clone().into());
                stage.insert("lastUpdatedDate".to_owned(), seconds(now));
                if let Some(variables) = input.get("variables").filter(|variables| !variables.is_null()) {
                    stage.insert("variables".to_owned(), variables.clone());
                }
            }
            record.deployments.insert(deployment.id.clone(), deployment);
            Ok(described)
        };
        self.update(text(&input, "restApiId"), deploy).await
    }

    pub(super) fn get_deployment(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        record.deployments.get(text(input, "deploymentId")).map(described).ok_or_else(no_deployment)
    }

    pub(super) fn get_deployments(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        Ok(json!({ "item": record.deployments.values().map(described).collect::<Vec<_>>() }))
    }

    pub(super) async fn delete_deployment(&self, input: &Value) -> Result<Value, ServiceError> {
        let id = text(input, "deploymentId");
        let delete = |record: &mut Record| {
            if record.stages.values().any(|stage| stage["deploymentId"] == id) {
                return Err(bad("Active stages pointing to this deployment must be moved or deleted"));
            }
            record.deployments.remove(id).map(|_| Value::Null).ok_or_else(no_deployment)
        };
        self.update(text(input, "restApiId"), delete).await
    }

    pub(super) async fn create_stage(&self, input: Value) -> Result<Value, ServiceError> {
        let (api, name) = (text(&input, "restApiId").to_owned(), text(&input, "stageName").to_owned());
        check_name(&name)?;
        let now = self.platform.clock.now().as_millis();
        let mut given = members(input)?;
        if let Some(member) = ["canarySettings", "cacheClusterEnabled"].into_iter().find(|it| is_set(&given, it)) {
            return Err(bad(format!("sluice does not serve stages with {member} yet; leave it out")));
        }
        given.remove("restApiId");
        let create = |record: &mut Record| {
            if given.get("deploymentId").and_then(Value::as_str).is_none_or(|id| !record.deployments.contains_key(id)) {
                return Err(bad("Invalid deployment id specified"));
            }
            if record.stages.contains_key(&name) {
                return Err(conflict("Stage already exists"));
            }
            let mut stage = new_stage(&name, now);
            stage.extend(given);
            record.stages.insert(name, stage.clone());
            Ok(Value::Object(stage))
        };
        self.update(&api, create).await
    }

    pub(super) fn get_stage(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        record.stages.get(text(input, "stageName")).cloned().map(Value::Object).ok_or_else(no_stage)
    }

    pub(super) fn get_stages(&self, input: &Value) -> Result<Value, ServiceError> {
        let record = self.found(text(input, "restApiId"))?;
        Ok(json!({ "item": record.stages.values().collect::<Vec<_>>() }))
    }

    pub(super) async fn delete_stage(&self, input: &Value) -> Result<Value, ServiceError> {
        let delete = |record: &mut Record| {
            record.stages.remove(text(input, "stageName")).map(|_| Value::Null).ok_or_else(no_stage)
        };
        self.update(text(input, "restApiId"), delete).await
    }
}

fn new_stage(name: &str, now: i64) -> Members {
    let stage = json!({
        "stageName": name,
        "cacheClusterEnabled": false,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": false,
        "createdDate": seconds(now),
        "lastUpdatedDate": seconds(now),
    });
    stage.as_object().cloned().unwrap_or_default()
}

fn is_set(members: &Members, name: &str) -> bool {
    members.get(name).is_some_and(|value| !value.is_null() && *value != false)
}

fn check_name(stage: &str) -> Result<(), ServiceError> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !stage.is_empty() && stage.chars().all(is_word) {
        return Ok(());
    }
    Err(bad("Stage name only allows a-zA-Z0-9-_"))
}

fn described(deployment: &Deployment) -> Value {
    let mut described = json!({ "id": deployment.id, "createdDate": seconds(deployment.created) });
    if let Some(description) = &deployment.description {
        described["description"] = description.as_str().into();
    }
    described
}

fn no_deployment() -> ServiceError {
    missing("Invalid Deployment identifier specified")
}

fn no_stage() -> ServiceError {
    missing("Invalid stage identifier specified")
}
