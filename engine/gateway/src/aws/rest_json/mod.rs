//! The restJson protocol: the operation in method and path, input in path, query, headers and body.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>

mod casing;
mod path;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use serde_json::{Map, Value};
use service::{Api, Body, Route, Service, ServiceError, Services};

use super::call::call;
use super::reply::{JSON, bytes_of, error_members, json_object, reply};

/// Answers the operation whose route the request takes, of the service that it is signed for or else of any.
pub(super) async fn answer(services: &Services, request: &Request<Bytes>, signed_for: Option<&str>) -> Response<Bytes> {
    let signed = signed(services, signed_for);
    let name = signed.first().map_or(signed_for, |service| Some(service.api().name));
    let candidates = if signed.is_empty() { services.all() } else { signed };
    let Some((service, route, labels)) = route_of(candidates, request) else {
        let (method, path) = (request.method(), request.uri().path());
        tracing::warn!(%method, path, service = name, "no service here has the route of a request");
        return error(None, &ServiceError::not_built(name.unwrap_or("AWS"), &format!("{method} {path}")));
    };
    let api = service.api();
    let answer = match input(api, route, labels, request) {
        Ok(input) => call(service, route.operation, Value::Object(input)).await,
        Err(refused) => Err(refused),
    };
    match answer {
        Ok(output) => success(api, route, output),
        Err(failure) => error(Some(api), &failure),
    }
}

/// The services whose requests are signed for this name and take routes: two APIs of one service may share it.
fn signed(services: &Services, name: Option<&str>) -> Vec<Arc<dyn Service>> {
    let Some(name) = name else { return Vec::new() };
    let is_signed = |id: &str| id == name || id.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    let all = services.all().into_iter();
    all.filter(|service| is_signed(service.api().id) && !service.api().routes.is_empty()).collect()
}

/// Whether any service has a route for it.
pub(super) fn has_route<B>(services: &Services, request: &Request<B>) -> bool {
    route_of(services.all(), request).is_some()
}

type Found = (Arc<dyn Service>, &'static Route, Map<String, Value>);

/// The most specific route that fits.
fn route_of<B>(candidates: Vec<Arc<dyn Service>>, request: &Request<B>) -> Option<Found> {
    candidates
        .into_iter()
        .flat_map(|service| service.api().routes.iter().map(move |route| (Arc::clone(&service), route)))
        .filter(|(_, route)| route.method == request.method().as_str())
        .filter_map(|(service, route)| {
            let labels = path::labels(route.path, request.uri().path())?;
            Some((service, route, labels))
        })
        .min_by_key(|(_, _, labels)| labels.len())
}

/// Members of the body, then of the query, headers and path, which are never the same.
fn input(
    api: &Api,
    route: &Route,
    labels: Map<String, Value>,
    request: &Request<Bytes>,
) -> Result<Map<String, Value>, ServiceError> {
    let mut input = match route.request {
        Body::Members => json_object(request.body())?,
        Body::Payload(member) => payload(member, request.body())?,
        Body::Empty => Map::new(),
    };
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        // A repeated parameter is a list.
        let value = Value::from(value.into_owned());
        match input.get_mut(&*name) {
            None => drop(input.insert(name.into_owned(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    for (header, member) in route.headers {
        if let Some(value) = request.headers().get(*header).and_then(|value| value.to_str().ok()) {
            input.insert((*member).to_owned(), value.into());
        }
    }
    input.extend(labels);
    Ok(if casing::is_lower(api) { casing::to_model(input) } else { input })
}

fn payload(member: &str, body: &[u8]) -> Result<Map<String, Value>, ServiceError> {
    let mut input = Map::new();
    if !body.is_empty() {
        let value = serde_json::from_slice(body).map_err(|error| {
            let text = format!("Could not parse request body into json: {error}");
            ServiceError::client("InvalidRequestContentException", text).with_member("Type", "User")
        })?;
        input.insert(member.to_owned(), value);
    }
    Ok(input)
}

fn success(api: &Api, route: &Route, output: Value) -> Response<Bytes> {
    let mut output = match output {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let headers = header_members(route, &mut output);
    // The one member that AWS's models put into the status line.
    let status = output.remove("StatusCode").and_then(|status| u16::try_from(status.as_u64()?).ok());
    let body = match route.response {
        Body::Members if casing::is_lower(api) => bytes_of(&Value::Object(casing::to_wire(output))),
        Body::Members => bytes_of(&Value::Object(output)),
        Body::Payload(member) => output.get(member).map(bytes_of).unwrap_or_default(),
        Body::Empty => Bytes::new(),
    };
    let mut response = reply(status.unwrap_or(route.status), JSON, body);
    response.headers_mut().extend(headers);
    response
}

fn header_members(route: &Route, output: &mut Map<String, Value>) -> HeaderMap {
    let taken = route.headers.iter().filter_map(|(header, member)| {
        let text = match output.remove(*member)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Some((header.parse::<HeaderName>().ok()?, HeaderValue::from_str(&text).ok()?))
    });
    taken.collect()
}

fn error(api: Option<&Api>, failure: &ServiceError) -> Response<Bytes> {
    let members = error_members(failure);
    let members = if api.is_some_and(casing::is_lower) { casing::to_wire(members) } else { members };
    let mut response = reply(failure.status, JSON, bytes_of(&Value::Object(members)));
    if let Ok(code) = HeaderValue::from_str(&failure.code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}
