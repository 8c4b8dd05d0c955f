//! The query protocol: the operation in a form's `Action`, members flattened into its fields, answers in XML.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

mod members;
mod sns;
pub(super) mod sqs;
pub(crate) mod xml;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::Value;
use service::{Service, ServiceError, Services};

use super::call::call;
use super::caller::signing_name;
use super::reply::reply;

/// A form's fields, in order.
pub(super) type Parameters = Vec<(String, String)>;

/// The fields of a request that speaks the query protocol: those of its form, or of its URL, with an `Action` among them.
pub(super) fn parameters(request: &Request<Bytes>) -> Option<Parameters> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let encoded = if is_form { request.body() } else { request.uri().query()?.as_bytes() };
    let fields: Parameters = form_urlencoded::parse(encoded).into_owned().collect();
    fields.iter().any(|(name, _)| name == "Action").then_some(fields)
}

/// Answers the operation that the `Action` names.
pub(super) async fn answer(
    services: &Services,
    request: &Request<Bytes>,
    parameters: Parameters,
    request_id: &str,
) -> Response<Bytes> {
    let field = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let action = field("Action").unwrap_or_default();
    let version = field("Version").unwrap_or_default();
    let signed_for = signing_name(request);
    let Some(service) = service_of(services, signed_for.as_deref(), &version, &action) else {
        tracing::warn!(action, version, service = signed_for, "no service here has the Action of a request");
        let missing = ServiceError::not_built(signed_for.as_deref().unwrap_or("AWS"), &action);
        return error("", &ServiceError { code: "InvalidAction".to_owned(), ..missing }, request_id);
    };
    let id = service.api().id;
    let input = match members::nest(&parameters) {
        Ok(members) if id == "sqs" => sqs::input(&action, members, request),
        Ok(members) if id == "sns" => sns::input(members),
        Ok(members) => Value::Object(members),
        Err(refused) => return error(id, &refused, request_id),
    };
    match call(service, &action, input).await {
        Ok(output) => {
            let result = match id {
                "sns" => sns::output(&action, output),
                "sqs" => with_members(sqs::output(&action, output)),
                _ => with_members(output),
            };
            let text = xml::response(namespace(id), &action, result.as_ref(), request_id);
            reply(200, "text/xml", text.into())
        }
        Err(failure) if failure.code == "UnknownOperationException" && failure.status == 404 => {
            error(id, &invalid_action(&action), request_id)
        }
        Err(failure) => error(id, &failure, request_id),
    }
}

/// An answer without members has no result in XML.
fn with_members(output: Value) -> Option<Value> {
    output.as_object().is_some_and(|members| !members.is_empty()).then_some(output)
}

/// The service that a request is signed for, or else the one whose API has this version and operation.
fn service_of(services: &Services, signed_for: Option<&str>, version: &str, action: &str) -> Option<Arc<dyn Service>> {
    let signed = signed_for.and_then(|name| services.get(name)).filter(|service| service.api().query_version.is_some());
    signed.or_else(|| {
        services.all().into_iter().find(|service| {
            let api = service.api();
            let has_operation = api.operations.built.contains(&action) || api.operations.not_built.contains(&action);
            has_operation && api.query_version.is_some_and(|its| version.is_empty() || its == version)
        })
    })
}

/// The answer to S3's restXml, whose clients read no other error.
pub(super) fn no_object_storage(request_id: &str) -> Response<Bytes> {
    tracing::warn!("S3 was called, which isn't here");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NotImplemented</Code><Message>sluice does not have S3 \
         yet</Message><RequestId>{request_id}</RequestId></Error>"
    );
    reply(501, "application/xml", text.into())
}

fn invalid_action(action: &str) -> ServiceError {
    ServiceError::client("InvalidAction", format!("The action {action} is not valid for this endpoint."))
}

fn error(service: &str, failure: &ServiceError, request_id: &str) -> Response<Bytes> {
    let code = if service == "sqs" { sqs::query_error_code(&failure.code) } else { &failure.code };
    let text = xml::error(namespace(service), code, failure, request_id);
    reply(failure.status, "text/xml", text.into())
}

fn namespace(service: &str) -> &'static str {
    match service {
        "sns" => "http://sns.amazonaws.com/doc/2010-03-31/",
        "sqs" => "http://queue.amazonaws.com/doc/2012-11-05/",
        "sts" => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "http://webservices.amazon.com/AWSFault/2005-15-09",
    }
}
