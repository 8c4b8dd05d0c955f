//! REST APIs: declared over the wire, deployed, and called by host and by path, with functions and addresses behind.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use axum::Router;
use axum::routing::any;
use bytes::Bytes;
use gateway::{AwsEndpoint, HttpApis, RestApis};
use http::{Request, Response};
use serde_json::{Value, json};
use service::ServiceError;

use support::{Fake, platform};

const FUNCTION: &str = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations";

/// Answers its event, or as its body says.
fn lambda(_: &str, input: Value) -> Result<Value, ServiceError> {
    let event = input["Payload"].clone();
    if event["fail"] == true {
        return Ok(json!({ "FunctionError": "Unhandled", "Payload": { "errorMessage": "No such order" } }));
    }
    if event.get("requestContext").is_some() {
        return Ok(json!({ "Payload": {
            "statusCode": 201, "headers": { "x-by": "f" }, "body": event.to_string(),
        }}));
    }
    Ok(json!({ "Payload": event }))
}

struct World {
    aws: AwsEndpoint,
}

impl World {
    fn new() -> Self {
        let platform = platform();
        platform.services.register(Fake::lambda(lambda));
        let http_apis = HttpApis::open(&platform, "http://127.0.0.1:8080").unwrap();
        platform.services.register(http_apis.clone());
        platform.services.register(RestApis::open(&platform, http_apis).unwrap());
        Self { aws: AwsEndpoint::new(&platform) }
    }

    /// Calls API Gateway over the wire.
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

    /// An API with one method at `part`, deployed to `prod`; its id.
    async fn api(&self, part: &str, method: &str, integration: Value, responses: &[Value]) -> String {
        let (status, api) = self.declare("POST", "/restapis", json!({ "name": "orders" })).await;
        assert_eq!(status, 201, "{api}");
        let id = api["id"].as_str().unwrap().to_owned();
        let root = api["rootResourceId"].as_str().unwrap();
        let path = format!("/restapis/{id}/resources/{root}");
        let (_, resource) = self.declare("POST", &path, json!({ "pathPart": part })).await;
        let at = format!("/restapis/{id}/resources/{}/methods/{method}", resource["id"].as_str().unwrap());
        assert_eq!(self.declare("PUT", &at, json!({ "authorizationType": "NONE" })).await.0, 201);
        let (status, put) = self.declare("PUT", &format!("{at}/integration"), integration).await;
        assert_eq!(status, 201, "{put}");
        for response in responses {
            let path = format!("{at}/integration/responses/{}", response["statusCode"].as_str().unwrap());
            assert_eq!(self.declare("PUT", &path, response.clone()).await.0, 201);
        }
        let (status, _) =
            self.declare("POST", &format!("/restapis/{id}/deployments"), json!({ "stageName": "prod" })).await;
        assert_eq!(status, 201);
        id
    }

    async fn call(&self, request: Request<Bytes>) -> (Response<Bytes>, Value) {
        let response = self.aws.answer(request).await;
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response, body)
    }
}

fn by_path(id: &str, method: &str, path: &str, body: &'static str) -> Request<Bytes> {
    let uri = format!("/restapis/{id}/prod/_user_request_{path}");
    Request::builder()
        .method(method)
        .uri(uri)
        .header("host", "127.0.0.1:4566")
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap()
}

#[tokio::test]
async fn a_proxied_function_gets_the_request_and_describes_the_response() {
    let world = World::new();
    let integration = json!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": FUNCTION });
    let id = world.api("{id}", "ANY", integration, &[]).await;
    let request = Request::builder()
        .method("PUT")
        .uri("/prod/a%20b?q=1&q=2")
        .header("host", format!("{id}.execute-api.us-east-1.amazonaws.com"))
        .body(Bytes::from_static(b"text"))
        .unwrap();
    let (response, event) = world.call(request).await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["x-by"], "f");
    assert!(response.headers().contains_key("x-amzn-requestid"));
    assert_eq!(response.headers()["x-cache"], "Miss from cloudfront");
    assert_eq!(
        (&event["resource"], &event["httpMethod"], &event["body"]),
        (&json!("/{id}"), &json!("PUT"), &json!("text"))
    );
    assert_eq!(event["pathParameters"], json!({ "id": "a b" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "q": ["1", "2"] }));
    assert_eq!(event["requestContext"]["path"], "/prod/a%20b");
}

#[tokio::test]
async fn a_function_that_is_not_proxied_gets_the_body_and_its_message_selects_the_response() {
    let world = World::new();
    let integration = json!({ "type": "AWS", "httpMethod": "POST", "uri": FUNCTION });
    let responses = [json!({ "statusCode": "200" }), json!({ "statusCode": "404", "selectionPattern": "No such .*" })];
    let id = world.api("orders", "POST", integration, &responses).await;
    for (body, status, expected) in [
        (r#"{"a":1}"#, 200, json!({ "a": 1 })),
        ("", 200, json!({})),
        (r#"{"fail":true}"#, 404, json!({ "errorMessage": "No such order" })),
    ] {
        let (response, answer) = world.call(by_path(&id, "POST", "/orders", body)).await;
        assert_eq!((response.status().as_u16(), answer), (status, expected));
    }
}

#[tokio::test]
async fn what_no_method_or_stage_serves_is_refused_in_the_gateways_words() {
    let world = World::new();
    let mock = json!({ "type": "MOCK", "requestTemplates": { "application/json": "{\"statusCode\": 200}" } });
    let response = json!({ "statusCode": "200", "responseTemplates": { "application/json": "{\"ok\":true}" } });
    let id = world.api("mock", "GET", mock, &[response]).await;
    let (response, body) = world.call(by_path(&id, "GET", "/mock", "")).await;
    assert_eq!((response.status().as_u16(), body), (200, json!({ "ok": true })));
    for (method, path) in [("GET", "/other"), ("POST", "/mock")] {
        let (response, body) = world.call(by_path(&id, method, path, "")).await;
        assert_eq!(response.status(), 403);
        assert_eq!(body, json!({ "message": "Missing Authentication Token" }));
    }
    let gone = Request::builder().uri(format!("/restapis/{id}/test/_user_request_/mock")).body(Bytes::new()).unwrap();
    let (response, body) = world.call(gone).await;
    assert_eq!((response.status().as_u16(), body), (403, json!({ "message": "Forbidden" })));
}

#[tokio::test]
async fn an_address_behind_an_api_is_asked_with_the_rest_of_the_path() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let echo = any(|request: axum::extract::Request| async move {
        (http::StatusCode::IM_A_TEAPOT, format!("{} {}", request.method(), request.uri()))
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(echo)).await });
    let world = World::new();
    let integration = json!({
        "type": "HTTP_PROXY", "httpMethod": "ANY", "uri": format!("{address}/base/{{proxy}}"),
        "requestParameters": { "integration.request.path.proxy": "method.request.path.proxy" },
    });
    let id = world.api("{proxy+}", "ANY", integration, &[]).await;
    let (response, _) = world.call(by_path(&id, "PATCH", "/a/b?c=d", "")).await;
    assert_eq!((response.status().as_u16(), &response.body()[..]), (418, &b"PATCH /base/a/b?c=d"[..]));
}

#[tokio::test]
async fn what_could_not_be_served_is_refused_when_it_is_declared() {
    let world = World::new();
    let (_, api) = world.declare("POST", "/restapis", json!({ "name": "a" })).await;
    let root =
        format!("/restapis/{}/resources/{}", api["id"].as_str().unwrap(), api["rootResourceId"].as_str().unwrap());
    let at = format!("{root}/methods/GET");
    assert_eq!(world.declare("PUT", &at, json!({ "authorizationType": "NONE" })).await.0, 201);
    let template = json!({ "type": "MOCK", "requestTemplates": { "application/json": "#set($a = 1)" } });
    let (status, refused) = world.declare("PUT", &format!("{at}/integration"), template).await;
    assert_eq!(status, 400);
    assert!(refused["message"].as_str().unwrap().contains("#set"), "{refused}");
    let (status, refused) =
        world.declare("GET", &format!("/restapis/{}/authorizers", api["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(status, 501);
    assert!(refused["message"].as_str().unwrap().contains("authorizers"), "{refused}");
}
