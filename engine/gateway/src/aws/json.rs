//! The awsJson protocols: the operation in `X-Amz-Target`, input and output as JSON objects.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Response};
use serde_json::{Map, Value};
use service::{Api, JsonVersion, Service, ServiceError, Services};

use super::call::call;
use super::query::sqs::query_error_code;
use super::reply::{bytes_of, error_members, json_object, reply};

/// Answers the operation that `target` (`AWSStepFunctions.StartExecution`) names.
pub(super) async fn answer(services: &Services, target: &str, body: &[u8]) -> Response<Bytes> {
    let (prefix, operation) = target.rsplit_once('.').unwrap_or_default();
    let Some(service) = service_of(services, prefix) else {
        tracing::warn!(target, "no service here has the X-Amz-Target of a request");
        return error(None, &ServiceError::not_built(prefix, operation));
    };
    let api = service.api();
    let answer = match json_object(body) {
        Ok(input) => call(service, operation, Value::Object(input)).await,
        Err(refused) => Err(refused),
    };
    match answer {
        // An operation without output answers an empty object, which every client takes.
        Ok(Value::Null) => reply(200, api.json_version.content_type(), Bytes::from_static(b"{}")),
        Ok(output) => reply(200, api.json_version.content_type(), bytes_of(&output)),
        Err(failure) => error(Some(api), &failure),
    }
}

fn service_of(services: &Services, prefix: &str) -> Option<Arc<dyn Service>> {
    services.all().into_iter().find(|service| service.api().target_prefix == Some(prefix))
}

fn error(api: Option<&Api>, failure: &ServiceError) -> Response<Bytes> {
    let id = api.map_or("", |api| api.id);
    let version = api.map_or(JsonVersion::V1_0, |api| api.json_version);
    let mut body = Map::new();
    body.insert("__type".to_owned(), error_type(id, &failure.code).into());
    body.extend(error_members(failure));
    let mut response = reply(failure.status, version.content_type(), bytes_of(&Value::Object(body)));
    if id == "sqs" {
        // SQS spoke the query protocol first; old clients know its errors by those names.
        let fault = if failure.is_server_fault() { "Receiver" } else { "Sender" };
        if let Ok(value) = HeaderValue::from_str(&format!("{};{fault}", query_error_code(&failure.code))) {
            response.headers_mut().insert("x-amzn-query-error", value);
        }
    }
    response
}

/// An error's name with the namespace that AWS's service puts before it.
fn error_type(service: &str, code: &str) -> String {
    match (service, code) {
        (_, "UnknownOperationException" | "SerializationException") => format!("com.amazon.coral.service#{code}"),
        ("dynamodb" | "streams.dynamodb", "ValidationException") => format!("com.amazon.coral.validate#{code}"),
        ("dynamodb" | "streams.dynamodb", _) => format!("com.amazonaws.dynamodb.v20120810#{code}"),
        ("sqs", _) => format!("com.amazonaws.sqs#{code}"),
        _ => code.to_owned(),
    }
}
