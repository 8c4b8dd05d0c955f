//! Event source mappings.

use serde_json::{Map, Value, json};
use service::ServiceError;
use uuid::Uuid;

use crate::Lambda;
use crate::error::{conflict, invalid, not_found};
use crate::mappings::{Mapping, State, changed, check_source, given};
use crate::name::{function_arn, function_name};

const PAGE: usize = 100;

impl Lambda {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
    pub(crate) async fn create_event_source_mapping(&self, input: &Value) -> Result<Value, ServiceError> {
        let Some(source_arn) = input["EventSourceArn"].as_str() else {
            return Err(invalid("Unrecognized event source, must be kinesis, sqs or dynamodb stream."));
        };
        let name = function_name(input, &self.platform.scope)?;
        let function = self.functions.get(&name)?;
        let members = given(input, source_arn)?;
        check_source(&self.platform, source_arn, &function).await?;
        let mapping = Mapping {
            uuid: Uuid::new_v4().to_string(),
            function: name.clone(),
            source_arn: source_arn.to_owned(),
            state: State::Creating,
            enabled: input["Enabled"].as_bool().unwrap_or(true),
            modified: self.platform.clock.now(),
            members,
        };
        let _changing = self.mappings.changing.lock().await;
        let same = |it: &Mapping| it.source_arn == source_arn && it.function == name && it.state != State::Deleting;
        if let Some(existing) = self.mappings.all().into_iter().find(same) {
            let uuid = existing.uuid;
            let source = if existing.source_arn.contains(":sqs:") { "SQS" } else { "DynamoDB" };
            return Err(conflict(format!(
                "An event source mapping with {source} arn (\" {source_arn} \") and function (\" {name} \") already exists. \
                 Please update or delete the existing mapping with UUID {uuid}"
            )));
        }
        self.mappings.put(mapping.clone()).await?;
        let answer = self.mapping_value(&mapping);
        self.go_on_with(mapping);
        Ok(answer)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html>
    pub(crate) async fn update_event_source_mapping(&self, input: &Value) -> Result<Value, ServiceError> {
        let function = match input["FunctionName"].is_null() {
            true => None,
            false => Some(self.functions.get(&function_name(input, &self.platform.scope)?)?),
        };
        let enabled = input["Enabled"].as_bool();
        let _changing = self.mappings.changing.lock().await;
        let mut mapping = self.mapping(input)?;
        if mapping.state == State::Deleting {
            return Err(in_use());
        }
        mapping.members = changed(mapping.members, input, &mapping.source_arn)?;
        if let Some(function) = function {
            mapping.function.clone_from(&function.configuration.function_name);
        }
        // One that has not begun to read must still find its place.
        if mapping.state != State::Creating {
            mapping.state = match enabled {
                Some(true) if !mapping.enabled => State::Enabling,
                Some(false) if mapping.enabled => State::Disabling,
                _ => State::Updating,
            };
        }
        mapping.enabled = enabled.unwrap_or(mapping.enabled);
        mapping.modified = self.platform.clock.now();
        self.mappings.put(mapping.clone()).await?;
        let answer = self.mapping_value(&mapping);
        self.go_on_with(mapping);
        Ok(answer)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html>
    pub(crate) async fn delete_event_source_mapping(&self, input: &Value) -> Result<Value, ServiceError> {
        let _changing = self.mappings.changing.lock().await;
        let mut mapping = self.mapping(input)?;
        if mapping.state == State::Deleting {
            return Err(in_use());
        }
        mapping.state = State::Deleting;
        mapping.modified = self.platform.clock.now();
        self.mappings.put(mapping.clone()).await?;
        let answer = self.mapping_value(&mapping);
        self.go_on_with(mapping);
        Ok(answer)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html>
    pub(crate) fn get_event_source_mapping(&self, input: &Value) -> Result<Value, ServiceError> {
        Ok(self.mapping_value(&self.mapping(input)?))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html>
    pub(crate) fn list_event_source_mappings(&self, input: &Value) -> Result<Value, ServiceError> {
        let function = match input["FunctionName"].is_null() {
            true => None,
            false => Some(function_name(input, &self.platform.scope)?),
        };
        let source = input["EventSourceArn"].as_str();
        // Over the wire it is a query parameter, so text.
        let wanted = input["MaxItems"].as_u64().or_else(|| input["MaxItems"].as_str()?.parse().ok());
        let page = wanted.and_then(|wanted| usize::try_from(wanted).ok()).unwrap_or(PAGE).clamp(1, PAGE);
        let marker = input["Marker"].as_str().unwrap_or_default();
        let fits = |mapping: &Mapping| {
            function.as_ref().is_none_or(|name| *name == mapping.function)
                && source.is_none_or(|arn| arn == mapping.source_arn)
                && mapping.uuid.as_str() > marker
        };
        let found: Vec<Mapping> = self.mappings.all().into_iter().filter(fits).collect();
        let shown: Vec<Value> = found.iter().take(page).map(|mapping| self.mapping_value(mapping)).collect();
        let mut answer = json!({"EventSourceMappings": shown});
        if found.len() > page {
            answer["NextMarker"] = found[page - 1].uuid.as_str().into();
        }
        Ok(answer)
    }

    fn mapping(&self, input: &Value) -> Result<Mapping, ServiceError> {
        let uuid = input["UUID"].as_str().unwrap_or_default();
        self.mappings.get(uuid).ok_or_else(|| not_found("The resource you requested does not exist."))
    }

    fn mapping_value(&self, mapping: &Mapping) -> Value {
        let scope = &self.platform.scope;
        let is_stream = mapping.is_stream();
        let mut members = Map::new();
        members.insert("UUID".to_owned(), mapping.uuid.as_str().into());
        members.extend(mapping.members.clone());
        members.insert("EventSourceArn".to_owned(), mapping.source_arn.as_str().into());
        members.insert("FunctionArn".to_owned(), function_arn(scope, &mapping.function).into());
        members.insert("LastModified".to_owned(), json!(mapping.modified.as_epoch_seconds()));
        if is_stream {
            members.insert("LastProcessingResult".to_owned(), self.mappings.last_result(&mapping.uuid).into());
        }
        members.insert("State".to_owned(), json!(mapping.state));
        let reason = if is_stream { "User action" } else { "USER_INITIATED" };
        members.insert("StateTransitionReason".to_owned(), reason.into());
        members.insert("EventSourceMappingArn".to_owned(), mapping.arn(scope).into());
        Value::Object(members)
    }
}

fn in_use() -> ServiceError {
    ServiceError::client("ResourceInUseException", "Cannot update the event source mapping because it is in use.")
        .with_member("Type", "User")
}
