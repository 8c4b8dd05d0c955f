//! GraphQL over HTTP, as an HTTP API's Lambda integration (payload format 2.0) carries it.
//!
//! <https://graphql.github.io/graphql-over-http/draft/>

use std::any::Any;
use std::collections::HashMap;

use async_graphql::{EmptySubscription, ObjectType, Request, Response, Schema, Value as GraphqlValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The media type whose status tells whether the request could be executed at all.
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// The older media type: whatever is well-formed JSON is answered 200.
const JSON: &str = "application/json";

/// What of the integration's event matters here.
///
/// Shape: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRequest {
    /// Names in lower case.
    #[serde(default)]
    pub headers: HashMap<String, String>,
    /// Absent when empty.
    pub body: Option<String>,
    /// Whether the body is base64.
    #[serde(default)]
    pub is_base64_encoded: bool,
}

/// The integration's response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpResponse {
    /// The HTTP status.
    pub status_code: u16,
    /// Names in lower case.
    pub headers: HashMap<&'static str, String>,
    /// JSON.
    pub body: String,
    /// Never.
    pub is_base64_encoded: bool,
}

/// Where the API stands, as its client sees it: `https://example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub String);

impl Origin {
    fn of(request: &HttpRequest) -> Self {
        let header = |name| request.headers.get(name).map(String::as_str);
        Self(format!("{}://{}", header("x-forwarded-proto").unwrap_or("https"), header("host").unwrap_or("localhost")))
    }
}

/// Answers a request by `schema`; `data` is what resolvers find of the request beside its text and its [`Origin`].
pub async fn answer_by<Queries, Mutations, Data>(
    schema: &Schema<Queries, Mutations, EmptySubscription>,
    request: &HttpRequest,
    data: Data,
) -> HttpResponse
where
    Queries: ObjectType + 'static,
    Mutations: ObjectType + 'static,
    Data: Any + Send + Sync,
{
    let media_type = accepted(request);
    match read(request) {
        Ok(graphql) => answer(schema.execute(graphql.data(data).data(Origin::of(request))).await, media_type),
        Err((status, message)) => respond(status, media_type, &json!({ "errors": [{ "message": message }] })),
    }
}

fn accepted(request: &HttpRequest) -> &'static str {
    let accept = request.headers.get("accept").map(String::as_str).unwrap_or_default();
    if accept.contains(GRAPHQL_RESPONSE) { GRAPHQL_RESPONSE } else { JSON }
}

fn read(request: &HttpRequest) -> Result<Request, (u16, String)> {
    let content_type = request.headers.get("content-type").map(String::as_str).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(JSON) {
        return Err((415, format!("send the request as {JSON}, not as {essence:?}")));
    }
    let body = request.body.clone().unwrap_or_default();
    let bytes = if request.is_base64_encoded {
        STANDARD.decode(&body).map_err(|error| (400, format!("the body isn't base64: {error}")))?
    } else {
        body.into_bytes()
    };
    let body: Value = serde_json::from_slice(&bytes).map_err(|error| (400, format!("the body isn't JSON: {error}")))?;
    if body.get("query").is_none_or(|query| !query.is_string()) {
        return Err((400, "the body must be a JSON object with the text `query`".to_owned()));
    }
    serde_json::from_value(body).map_err(|error| (400, format!("the body isn't a GraphQL request: {error}")))
}

fn answer(response: Response, media_type: &'static str) -> HttpResponse {
    let refused = response.data == GraphqlValue::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty());
    let mut body = serde_json::to_value(&response).expect("an answer is plain data with text keys");
    if refused && let Some(answer) = body.as_object_mut() {
        // A request that wasn't executed has no `data`, not even null.
        answer.remove("data");
    }
    let status = if refused && media_type == GRAPHQL_RESPONSE { 400 } else { 200 };
    respond(status, media_type, &body)
}

fn respond(status_code: u16, media_type: &'static str, body: &Value) -> HttpResponse {
    let headers = HashMap::from([("content-type", format!("{media_type}; charset=utf-8"))]);
    HttpResponse { status_code, headers, body: body.to_string(), is_base64_encoded: false }
}
