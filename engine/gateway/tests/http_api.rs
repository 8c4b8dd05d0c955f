//! HTTP APIs: declared over the wire, served at the web address, with a Lambda function behind.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use std::path::Path;
use std::sync::Arc;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use gateway::{AwsEndpoint, HttpApis, WebPages};
use http::{Request, Response};
use serde_json::{Value, json};
use service::{Platform, ServiceError};
use tower::ServiceExt;

use support::{Fake, platform};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:graphql";

/// A function that answers its event, unless the path says otherwise.
fn lambda(operation: &str, input: Value) -> Result<Value, ServiceError> {
    if operation == "ListFunctions" {
        return Ok(json!({ "Functions": [{ "FunctionName": "graphql<", "Runtime": "provided.al2023" }] }));
    }
    assert_eq!(input["FunctionName"], FUNCTION);
    let event = &input["Payload"];
    Ok(match event["rawPath"].as_str().unwrap() {
        "/fails" => json!({ "FunctionError": "Unhandled", "Payload": { "errorType": "X" } }),
        "/nonsense" => json!({ "Payload": { "statusCode": "none" } }),
        "/gone" => return Err(ServiceError::client("ResourceNotFoundException", "gone")),
        "/cors" => json!({ "Payload": {
            "statusCode": 200, "body": "x", "headers": { "access-control-allow-origin": "evil" }
        } }),
        _ => json!({ "Payload": event }),
    })
}

struct World {
    platform: Platform,
    aws: AwsEndpoint,
    apis: Arc<HttpApis>,
}

impl World {
    fn new() -> Self {
        let platform = platform();
        platform.services.register(Fake::lambda(lambda));
        let apis = HttpApis::open(&platform, "http://127.0.0.1:8080").unwrap();
        platform.services.register(apis.clone());
        Self { aws: AwsEndpoint::new(&platform), platform, apis }
    }

    /// Calls API Gateway over the wire, in its own spelling.
    async fn declare(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/apigateway/aws4_request, x")
            .body(if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) })
            .unwrap();
        let response = self.aws.answer(request).await;
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }

    /// An API with these routes, all to the function; its id.
    async fn api(&self, api: Value, stage: &str, routes: &[&str]) -> String {
        let (status, api) = self.declare("POST", "/v2/apis", api).await;
        assert_eq!(status, 201, "{api}");
        let id = api["apiId"].as_str().unwrap().to_owned();
        let integration = json!({
            "integrationType": "AWS_PROXY", "integrationUri": FUNCTION, "payloadFormatVersion": "2.0",
        });
        let (_, integration) = self.declare("POST", &format!("/v2/apis/{id}/integrations"), integration).await;
        let target = format!("integrations/{}", integration["integrationId"].as_str().unwrap());
        for key in routes {
            let route = json!({ "routeKey": key, "target": target });
            assert_eq!(self.declare("POST", &format!("/v2/apis/{id}/routes"), route).await.0, 201);
        }
        let stage = json!({ "stageName": stage, "autoDeploy": true, "stageVariables": { "Table": "todos" } });
        assert_eq!(self.declare("POST", &format!("/v2/apis/{id}/stages"), stage).await.0, 201);
        id
    }

    fn web(&self, pages: Option<&Path>) -> Router {
        self.apis.router(WebPages { graphiql: pages.map(Path::to_owned), upload: pages.map(Path::to_owned) })
    }
}

fn named(name: &str) -> Value {
    json!({ "name": name, "protocolType": "HTTP" })
}

async fn ask(web: &Router, request: Request<Body>) -> (Response<()>, String) {
    let (head, body) = web.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (Response::from_parts(head, ()), String::from_utf8(body.to_vec()).unwrap())
}

async fn get(web: &Router, path: &str) -> (u16, String) {
    let (head, body) = ask(web, Request::get(path).body(Body::empty()).unwrap()).await;
    (head.status().as_u16(), body)
}

#[tokio::test]
async fn a_request_is_an_event_of_payload_format_2_0() {
    let world = World::new();
    let id = world.api(named("graphql"), "$default", &["POST /todos/{id}"]).await;
    let request = Request::post("/todos/7%2F8?tag=a&tag=b%20c&x=")
        .header("host", "127.0.0.1:8080")
        .header("content-type", "application/json")
        .header("user-agent", "test")
        .header("X-Many", "1")
        .header("x-many", "2")
        .header("cookie", "a=1; b=2")
        .body(Body::from(r#"{"ü":1}"#))
        .unwrap();
    let (head, body) = ask(&world.web(None), request).await;
    assert_eq!(head.status(), 200);
    assert!(head.headers().contains_key("apigw-requestid"));

    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["routeKey"], "POST /todos/{id}");
    assert_eq!(event["queryStringParameters"], json!({ "tag": "a,b c", "x": "" }));
    assert_eq!(event["headers"]["x-many"], "1,2");
    assert!(event["headers"].get("cookie").is_none());
    assert_eq!(event["stageVariables"], json!({ "Table": "todos" }));

    let typed: ApiGatewayV2httpRequest = serde_json::from_value(event).unwrap();
    assert_eq!(typed.version.as_deref(), Some("2.0"));
    assert_eq!(typed.raw_path.as_deref(), Some("/todos/7%2F8"));
    assert_eq!(typed.raw_query_string.as_deref(), Some("tag=a&tag=b%20c&x="));
    assert_eq!(typed.path_parameters["id"], "7/8");
    assert_eq!(typed.cookies, Some(vec!["a=1".to_owned(), "b=2".to_owned()]));
    assert_eq!(typed.body.as_deref(), Some(r#"{"ü":1}"#));
    assert!(!typed.is_base64_encoded);
    assert_eq!(typed.request_context.apiid, Some(id));
    assert_eq!(typed.request_context.stage.as_deref(), Some("$default"));
    assert_eq!(typed.request_context.http.method, http::Method::POST);
    assert_eq!(typed.request_context.http.protocol.as_deref(), Some("HTTP/1.1"));
    assert_eq!(typed.request_context.http.user_agent.as_deref(), Some("test"));
}

#[tokio::test]
async fn a_body_that_is_no_text_is_encoded() {
    let world = World::new();
    world.api(named("a"), "$default", &["$default"]).await;
    let request = Request::post("/x").header("content-type", "image/png").body(Body::from(vec![255, 0])).unwrap();
    let event: Value = serde_json::from_str(&ask(&world.web(None), request).await.1).unwrap();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
}

#[tokio::test]
async fn what_goes_wrong_is_answered_as_api_gateway_does() {
    let world = World::new();
    let web = world.web(None);
    let not_found = (404, r#"{"message":"Not Found"}"#.to_owned());
    assert_eq!(get(&web, "/nothing").await, not_found);
    world.api(named("a"), "$default", &["GET /fails", "GET /nonsense", "GET /gone", "POST /graphql"]).await;
    for path in ["/fails", "/nonsense", "/gone"] {
        assert_eq!(get(&web, path).await, (500, r#"{"message":"Internal Server Error"}"#.to_owned()), "{path}");
    }
    for path in ["/", "/graphql", "/fails/x", "/_apis/none/x"] {
        let (status, _) = get(&web, path).await;
        assert_eq!(status, if path == "/" { 200 } else { 404 }, "{path}");
    }
    assert_eq!(get(&web, "/graphql").await, not_found);
    let large = Request::post("/graphql").body(Body::from(vec![b'x'; 11 << 20])).unwrap();
    assert_eq!(ask(&web, large).await.0.status(), 413);
}

#[tokio::test]
async fn a_second_api_and_a_named_stage_have_paths_of_their_own() {
    let world = World::new();
    let web = world.web(None);
    world.api(named("first"), "$default", &["GET /x"]).await;
    let second = world.api(named("second"), "beta", &["GET /x"]).await;
    let event = |body: &str| serde_json::from_str::<Value>(body).unwrap();
    let (_, body) = get(&web, &format!("/_apis/{second}/beta/x")).await;
    assert_eq!(event(&body)["requestContext"]["stage"], "beta");
    assert_eq!(event(&body)["rawPath"], "/beta/x");
    assert_eq!(get(&web, &format!("/_apis/{second}/x")).await.0, 404);
    let (_, described) = world.declare("GET", &format!("/v2/apis/{second}"), Value::Null).await;
    assert_eq!(described["apiEndpoint"], format!("http://127.0.0.1:8080/_apis/{second}"));
}

#[tokio::test]
async fn cross_origin_requests_are_answered_from_the_apis_configuration() {
    let world = World::new();
    let mut api = named("a");
    api["corsConfiguration"] = json!({
        "allowOrigins": ["https://app.example"], "allowMethods": ["POST"], "allowHeaders": ["content-type"],
        "allowCredentials": true, "maxAge": 60,
    });
    world.api(api, "$default", &["GET /cors"]).await;
    let web = world.web(None);
    let preflight = |origin: &str| {
        Request::options("/cors").header("origin", origin).header("access-control-request-method", "POST")
    };
    let (head, _) = ask(&web, preflight("https://app.example").body(Body::empty()).unwrap()).await;
    assert_eq!(head.status(), 204);
    assert_eq!(head.headers()["access-control-allow-origin"], "https://app.example");
    assert_eq!(head.headers()["access-control-allow-methods"], "POST");
    assert_eq!(head.headers()["access-control-max-age"], "60");
    let (head, _) = ask(&web, preflight("https://evil.example").body(Body::empty()).unwrap()).await;
    assert!(!head.headers().contains_key("access-control-allow-origin"));
    let asked = Request::get("/cors").header("origin", "https://app.example").body(Body::empty()).unwrap();
    assert_eq!(ask(&web, asked).await.0.headers()["access-control-allow-origin"], "https://app.example");
    let (head, _) = ask(&web, Request::get("/cors").body(Body::empty()).unwrap()).await;
    assert!(!head.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn an_asterisk_allows_every_origin_of_a_scheme_and_no_other_pattern() {
    let world = World::new();
    let mut api = named("a");
    api["corsConfiguration"] = json!({ "allowOrigins": ["http://*", "https://localhost:*"], "allowMethods": ["GET"] });
    world.api(api, "$default", &["GET /cors"]).await;
    let web = world.web(None);
    for (origin, allowed) in [("http://localhost:3000", true), ("https://localhost:3000", false)] {
        let asked = Request::get("/cors").header("origin", origin).body(Body::empty()).unwrap();
        let (head, _) = ask(&web, asked).await;
        let answer = head.headers().get("access-control-allow-origin").and_then(|value| value.to_str().ok());
        assert_eq!(answer, allowed.then_some(origin));
    }
}

#[tokio::test]
async fn pages_stand_where_no_api_has_a_route() {
    let world = World::new();
    world.api(named("<graphql>"), "$default", &["POST /graphql"]).await;
    let folder = tempfile::tempdir().unwrap();
    let web = world.web(Some(folder.path()));
    let (status, health) = get(&web, "/_sluice/health").await;
    assert!(status == 200 && health.contains(r#""status":"ok""#), "{health}");
    let (_, index) = get(&web, "/").await;
    assert!(index.contains("&lt;graphql&gt;") && index.contains("POST /graphql"), "{index}");
    assert!(index.contains("<link rel=\"icon\" href=\"data:"), "{index}");
    assert!(index.contains("graphql&lt;") && index.contains("provided.al2023"), "{index}");
    let page = || Request::get("/graphql").header("accept", "text/html,*/*").body(Body::empty()).unwrap();
    assert!(ask(&web, page()).await.1.contains("cargo dev"));
    std::fs::write(folder.path().join("index.html"), "<p>GraphiQL").unwrap();
    assert_eq!(ask(&web, page()).await.1, "<p>GraphiQL");
    assert_eq!(get(&web, "/graphql").await.0, 404);
}

#[tokio::test]
async fn graphiql_stands_wherever_an_api_takes_graphql() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>GraphiQL").unwrap();
    let world = World::new();
    world.api(named("graphql"), "$default", &["POST /graphql", "POST /media/graphql"]).await;
    let web = world.web(Some(folder.path()));
    let page = |path: &str| Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
    assert_eq!(ask(&web, page("/media/graphql")).await.1, "<p>GraphiQL");
    assert_eq!(ask(&web, page("/other/graphql")).await.0.status(), 404);
    assert!(get(&web, "/").await.1.contains(r#"<a href="/media/graphql">"#));
}

#[tokio::test]
async fn the_upload_page_stands_where_an_api_takes_uploads() {
    let folder = tempfile::tempdir().unwrap();
    let without = World::new();
    without.api(named("graphql"), "$default", &["POST /graphql"]).await;
    let web = without.web(Some(folder.path()));
    assert_eq!(get(&web, "/upload").await.0, 404);
    assert!(!get(&web, "/").await.1.contains("/upload"));

    let world = World::new();
    world.api(named("graphql"), "$default", &["POST /media/graphql"]).await;
    let web = world.web(Some(folder.path()));
    assert!(get(&web, "/").await.1.contains(r#"<a href="/upload">"#));
    assert!(get(&web, "/upload").await.1.contains("npm --prefix frontend/upload run build"));
    std::fs::write(folder.path().join("index.html"), "<p>Upload").unwrap();
    assert_eq!(get(&web, "/upload").await, (200, "<p>Upload".to_owned()));
}

#[tokio::test]
async fn what_could_not_be_served_is_refused() {
    let world = World::new();
    let (status, _) = world.declare("POST", "/v2/apis", json!({ "name": "a", "protocolType": "WEBSOCKET" })).await;
    assert_eq!(status, 400);
    let id = world.api(named("a"), "$default", &["GET /x"]).await;
    for (part, body, status) in [
        ("routes", json!({ "routeKey": "GET /x" }), 409),
        ("routes", json!({ "routeKey": "x" }), 400),
        ("routes", json!({ "routeKey": "GET /y", "authorizationType": "JWT" }), 400),
        ("integrations", json!({ "integrationType": "HTTP_PROXY" }), 400),
        ("integrations", json!({ "integrationType": "AWS_PROXY", "payloadFormatVersion": "1.0" }), 400),
        ("stages", json!({ "stageName": "s" }), 400),
    ] {
        let (its, answer) = world.declare("POST", &format!("/v2/apis/{id}/{part}"), body).await;
        assert_eq!(its, status, "{answer}");
        assert!(answer["message"].is_string(), "{answer}");
    }
    assert_eq!(world.declare("GET", "/v2/apis/none", Value::Null).await.0, 404);
    assert_eq!(world.declare("GET", &format!("/v2/apis/{id}/routes/none"), Value::Null).await.0, 404);
}

#[tokio::test]
async fn apis_survive_a_restart_and_can_be_changed_and_deleted() {
    let world = World::new();
    let id = world.api(named("a"), "$default", &["GET /x"]).await;
    let again = HttpApis::open(&world.platform, "http://127.0.0.1:8080").unwrap();
    assert_eq!(get(&again.router(WebPages::default()), "/x").await.0, 200);

    let (_, routes) = world.declare("GET", &format!("/v2/apis/{id}/routes"), Value::Null).await;
    let route = format!("/v2/apis/{id}/routes/{}", routes["items"][0]["routeId"].as_str().unwrap());
    assert_eq!(world.declare("PATCH", &route, json!({ "routeKey": "GET /y" })).await.0, 200);
    let web = world.web(None);
    assert_eq!((get(&web, "/x").await.0, get(&web, "/y").await.0), (404, 200));
    let arn = format!("/v2/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2F{id}");
    assert_eq!(world.declare("POST", &arn, json!({ "tags": { "costCentre": "1" } })).await.0, 201);
    assert_eq!(world.declare("GET", &arn, Value::Null).await.1, json!({ "tags": { "costCentre": "1" } }));
    assert_eq!(world.declare("DELETE", &format!("/v2/apis/{id}"), Value::Null).await.0, 204);
    assert_eq!(get(&web, "/y").await.0, 404);
}
