//! Serving HTTP APIs: stage, route, integration.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header, request};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::cors::Cors;
use super::event::{Match, event};
use super::operations::function_of;
use super::records::{Members, Record};
use super::response::response;
use super::route_key::{Rank, RouteKey};
use super::service::HttpApis;

const DEFAULT_STAGE: &str = "$default";
const DEFAULT_TIMEOUT_MILLIS: u64 = 30_000;

/// The route that a request takes.
pub(crate) struct Taken<'a> {
    stage: &'a Members,
    key: &'a str,
    integration: &'a Members,
    variables: Map<String, Value>,
}

impl HttpApis {
    /// Answers a request to an API; `path` is that of the request without what leads to the API.
    pub(crate) async fn answer(
        &self,
        record: &Record,
        head: &request::Parts,
        path: &str,
        body: &[u8],
    ) -> Response<Bytes> {
        let cors = Cors::of(record.api.get("CorsConfiguration"));
        if let Some(preflight) = cors.as_ref().and_then(|cors| cors.preflight(head)) {
            return preflight;
        }
        let request_id = BASE64_STANDARD.encode(&Uuid::new_v4().as_bytes()[..11]);
        let mut response = match taken(record, head.method.as_str(), path) {
            Some(taken) => self.integrate(record, taken, head, path, body, &request_id).await,
            None => reply(StatusCode::NOT_FOUND, "Not Found"),
        };
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("apigw-requestid", id);
        }
        if let Some(cors) = cors {
            cors.apply(&head.headers, response.headers_mut());
        }
        response
    }

    /// The API that is served at the address itself, and then any other by its id.
    pub(crate) fn api_at(&self, path: &str) -> Option<(Arc<Record>, String)> {
        match path.strip_prefix("/_apis/") {
            Some(rest) => {
                let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
                Some((self.get(id)?, format!("/{rest}")))
            }
            None => Some((self.all().into_iter().next()?, path.to_owned())),
        }
    }

    /// Names and paths of the APIs, for people.
    pub(crate) fn listing(&self) -> Vec<(String, Vec<String>)> {
        let text =
            |members: &Members, name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let describe = |record: &Arc<Record>| {
            (text(&record.api, "Name"), record.routes.values().map(|route| text(route, "RouteKey")).collect())
        };
        self.all().iter().map(describe).collect()
    }

    async fn integrate(
        &self,
        record: &Record,
        taken: Taken<'_>,
        head: &request::Parts,
        path: &str,
        body: &[u8],
        request_id: &str,
    ) -> Response<Bytes> {
        let member = |name: &str| taken.integration.get(name).and_then(Value::as_str).unwrap_or_default();
        let function = function_of(member("IntegrationUri")).unwrap_or_default();
        let now = self.platform.clock.now();
        let trace = Uuid::new_v4().simple().to_string();
        let matched = Match {
            account: &self.platform.scope.account,
            api_id: &record.id,
            route_key: taken.key,
            stage: stage_name(taken.stage),
            stage_variables: taken.stage.get("StageVariables"),
            path_variables: taken.variables,
            request_id,
            trace_id: &format!("Root=1-{:08x}-{}", now.as_millis() / 1000, &trace[..24]),
            now,
        };
        let input = json!({ "FunctionName": function, "Payload": event(head, path, body, matched) });
        let millis = taken.integration.get("TimeoutInMillis").and_then(Value::as_u64).unwrap_or(DEFAULT_TIMEOUT_MILLIS);
        let invoked = self.platform.services.call("lambda", "Invoke", input);
        // Real time, whatever the engine's clock says: a client waits in no other.
        let Ok(answer) = tokio::time::timeout(Duration::from_millis(millis), invoked).await else {
            tracing::error!(function, millis, "an integration took too long");
            return reply(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
        };
        let described = match answer {
            Ok(mut answer) if answer.get("FunctionError").is_none() => response(answer["Payload"].take()),
            Ok(answer) => {
                tracing::error!(function, error = %answer["Payload"], "an integration's function failed");
                None
            }
            Err(error) => {
                tracing::error!(function, %error, "an integration's function can't be invoked");
                None
            }
        };
        described.unwrap_or_else(|| reply(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"))
    }
}

/// The route that a request takes, if any.
pub(crate) fn taken<'a>(record: &'a Record, method: &str, path: &str) -> Option<Taken<'a>> {
    let (stage, path) = stage(record, path)?;
    let fits = record.routes.values().filter_map(|route| {
        let key = route.get("RouteKey")?.as_str()?;
        let (rank, variables) = RouteKey::parse(key)?.fit(method, path)?;
        Some((rank, key, route, variables))
    });
    let best: Option<(Rank, _, _, _)> = fits.min_by(|one, other| one.0.cmp(&other.0));
    let (_, key, route, variables) = best?;
    let integration = route.get("Target")?.as_str()?.strip_prefix("integrations/")?;
    Some(Taken { stage, key, integration: record.integrations.get(integration)?, variables })
}

/// A stage of its own name is the first segment of the path; the default one isn't.
fn stage<'a, 'p>(record: &'a Record, path: &'p str) -> Option<(&'a Members, &'p str)> {
    let named = record.stages.values().filter(|stage| stage_name(stage) != DEFAULT_STAGE).find_map(|stage| {
        let rest = path.strip_prefix('/')?.strip_prefix(stage_name(stage))?;
        (rest.is_empty() || rest.starts_with('/')).then_some((stage, if rest.is_empty() { "/" } else { rest }))
    });
    named.or_else(|| Some((record.stages.get(DEFAULT_STAGE)?, path)))
}

fn stage_name(stage: &Members) -> &str {
    stage.get("StageName").and_then(Value::as_str).unwrap_or_default()
}

/// API Gateway's own answers.
pub(crate) fn reply(status: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
