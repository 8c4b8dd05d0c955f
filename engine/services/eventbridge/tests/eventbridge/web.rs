//! Connections and API destinations, against a server of the tests' own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri};
use secretsmanager::SecretsManager;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::engine::{Engine, body, engine, until};

const PATTERN: &str = r#"{"source":["s"]}"#;

/// One request that the server got.
#[derive(Clone, Debug)]
struct Request {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
}

/// Status, and name and value of a header.
type Answer = (u16, &'static str, &'static str);

/// A server that notes what it gets, and answers what it was told to and then 200.
#[derive(Clone, Default)]
struct Server {
    requests: Arc<Mutex<Vec<Request>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

impl Server {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    async fn requests(&self, count: usize) -> Vec<Request> {
        until("the requests", async || self.requests.lock().unwrap().len() >= count).await;
        self.requests.lock().unwrap().clone()
    }
}

async fn answer(State(server): State<Server>, method: Method, uri: Uri, headers: HeaderMap, body: String) -> Response {
    if uri.path() == "/token" {
        let count = server.requests.lock().unwrap().iter().filter(|request| request.uri.path() == "/token").count();
        server.requests.lock().unwrap().push(Request { method, uri, headers, body });
        return json!({"access_token": format!("token-{}", count + 1), "expires_in": 3600}).to_string().into_response();
    }
    server.requests.lock().unwrap().push(Request { method, uri, headers, body });
    let (status, name, value) = server.answers.lock().unwrap().pop_front().unwrap_or((200, "x-none", ""));
    (StatusCode::from_u16(status).unwrap(), [(name, value)], "answer").into_response()
}

/// An engine with secrets, and an API destination `d` on `path` of the server behind a connection.
async fn destination(server: &Server, path: &str, kind: &str, auth: Value) -> (Engine, String) {
    let engine = engine();
    engine.platform.services.register(SecretsManager::open(&engine.platform).unwrap());
    let address = server.start().await;
    let auth: Value = serde_json::from_str(&auth.to_string().replace("ADDRESS", &address)).unwrap();
    let connection = json!({"Name": "c", "AuthorizationType": kind, "AuthParameters": auth});
    let connection = engine.call("CreateConnection", connection).await;
    let destination = json!({
        "Name": "d",
        "ConnectionArn": connection["ConnectionArn"],
        "InvocationEndpoint": format!("{address}{path}"),
        "HttpMethod": "POST",
    });
    let destination = engine.call("CreateApiDestination", destination).await;
    assert_eq!(destination["ApiDestinationState"], "ACTIVE");
    (engine, destination["ApiDestinationArn"].as_str().unwrap().to_owned())
}

fn api_key() -> Value {
    json!({
        "ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "hidden"},
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "x-tenant", "Value": "theirs"}],
            "BodyParameters": [{"Key": "tenant", "Value": "t"}],
        },
    })
}

#[tokio::test]
async fn an_event_reaches_the_address_with_what_target_and_connection_add() {
    let server = Server::default();
    let (engine, arn) = destination(&server, "/orders/*", "API_KEY", api_key()).await;
    let more = json!({
        "InputPath": "$.detail",
        "HttpParameters": {
            "PathParameterValues": ["a b"],
            "HeaderParameters": {"x-tenant": "mine", "x-one": "1"},
            "QueryStringParameters": {"q": "1&2"},
        },
    });
    engine.rule("r", PATTERN, &arn, more).await;
    engine.put("s", json!({"n": 1})).await;
    let request = server.requests(1).await.remove(0);
    assert_eq!((request.method.as_str(), request.uri.to_string().as_str()), ("POST", "/orders/a%20b?q=1%262"));
    let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("x-key"), header("x-tenant"), header("x-one")), ("hidden".into(), "theirs".into(), "1".into()));
    assert_eq!(header("user-agent"), "Amazon/EventBridge/ApiDestinations");
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap(), json!({"n": 1, "tenant": "t"}));
    engine.tick().await;
    until("the row to be deleted", async || engine.pending().await == 0).await;
}

#[tokio::test]
async fn parameters_that_are_paths_are_what_the_event_has_there() {
    let server = Server::default();
    let (engine, arn) = destination(&server, "/orders/*", "API_KEY", api_key()).await;
    let more = json!({
        "Input": r#"{"id":"of the input"}"#,
        "HttpParameters": {
            "PathParameterValues": ["$.detail.id"],
            "HeaderParameters": {"x-id": "$.detail.id", "x-gone": "$.detail.gone", "x-part": "id $.detail.id"},
            "QueryStringParameters": {"n": "$.detail.n", "gone": "$.detail.gone"},
        },
    });
    engine.rule("r", PATTERN, &arn, more).await;
    engine.put("s", json!({"id": "i 7", "n": 7})).await;
    let request = server.requests(1).await.remove(0);
    let mut query: Vec<_> = request.uri.query().unwrap().split('&').collect();
    query.sort_unstable();
    assert_eq!((request.uri.path(), query), ("/orders/i%207", vec!["gone=", "n=7"]));
    let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("x-id"), header("x-gone"), header("x-part")),
        ("i 7".into(), "".into(), "id $.detail.id".into())
    );
}

#[tokio::test]
async fn an_address_whose_host_nobody_knows_is_not_asked_again() {
    let server = Server::default();
    let (engine, arn) = destination(&server, "/", "API_KEY", api_key()).await;
    let nowhere = json!({"Name": "d", "InvocationEndpoint": "https://no-such-host.invalid/"});
    engine.call("UpdateApiDestination", nowhere).await;
    let dead = engine.queue("dead").await;
    engine.rule("r", PATTERN, &arn, json!({"DeadLetterConfig": {"Arn": dead}})).await;
    engine.put("s", json!({})).await;
    let letter = engine.receive("dead", 1).await.remove(0);
    let attribute = |name: &str| letter["MessageAttributes"][name]["StringValue"].clone();
    assert_eq!((attribute("ERROR_CODE"), attribute("RETRY_ATTEMPTS")), (json!("CONNECTION_FAILURE"), json!("0")));
}

#[tokio::test]
async fn secrets_are_with_secrets_manager_and_are_not_described() {
    let server = Server::default();
    let (engine, _) = destination(&server, "/", "API_KEY", api_key()).await;
    let described = engine.call("DescribeConnection", json!({"Name": "c"})).await;
    assert!(!described.to_string().contains("hidden"), "{described}");
    assert_eq!(described["ConnectionState"], "AUTHORIZED");
    let secret = described["SecretArn"].as_str().unwrap();
    assert!(secret.contains(":secret:events!connection/c/"), "{secret}");
    let read = json!({"SecretId": secret});
    let kept = engine.platform.services.call("secretsmanager", "GetSecretValue", read.clone()).await.unwrap();
    let kept: Value = serde_json::from_str(kept["SecretString"].as_str().unwrap()).unwrap();
    assert_eq!((&kept["api_key_name"], &kept["api_key_value"]), (&json!("x-key"), &json!("hidden")));
    engine.call("DeleteConnection", json!({"Name": "c"})).await;
    assert!(engine.platform.services.call("secretsmanager", "GetSecretValue", read).await.is_err());
    let destination = engine.call("DescribeApiDestination", json!({"Name": "d"})).await;
    assert_eq!(destination["ApiDestinationState"], "INACTIVE");
}

#[tokio::test]
async fn a_client_fetches_a_token_once_and_again_when_it_is_refused() {
    let server = Server::default();
    let auth = json!({"OAuthParameters": {
        "ClientParameters": {"ClientID": "me", "ClientSecret": "s"},
        "AuthorizationEndpoint": "ADDRESS/token",
        "HttpMethod": "POST",
    }});
    let (engine, arn) = destination(&server, "/x", "OAUTH_CLIENT_CREDENTIALS", auth).await;
    let state = async || engine.call("DescribeConnection", json!({"Name": "c"})).await["ConnectionState"].clone();
    until("the connection to be authorized", async || state().await == "AUTHORIZED").await;
    server.answer([(200, "x-none", ""), (401, "x-none", "")]);
    engine.rule("r", PATTERN, &arn, json!({})).await;
    engine.put("s", json!({})).await;
    server.requests(2).await;
    engine.put("s", json!({})).await;
    until("all to be delivered", async || {
        engine.clock.advance(Duration::from_millis(20));
        engine.pending().await == 0
    })
    .await;
    let requests = server.requests(5).await;
    let told = requests.iter().map(|request| match request.headers.get("authorization") {
        Some(token) => token.to_str().unwrap(),
        None => request.body.as_str(),
    });
    let form = "grant_type=client_credentials&client_id=me&client_secret=s";
    assert_eq!(told.collect::<Vec<_>>(), [form, "Bearer token-1", "Bearer token-1", form, "Bearer token-2"]);
}

#[tokio::test]
async fn an_address_says_when_it_is_called_again_and_what_it_refuses_is_a_dead_letter() {
    let server = Server::default();
    let (engine, arn) = destination(&server, "/", "API_KEY", api_key()).await;
    let dead = engine.queue("dead").await;
    server.answer([(503, "retry-after", "120"), (404, "x-none", "")]);
    engine.rule("r", PATTERN, &arn, json!({"DeadLetterConfig": {"Arn": dead}})).await;
    let id = engine.put("s", json!({})).await;
    server.requests(1).await;
    let before = clock::Clock::now(&engine.clock);
    let moment = engine.next_wake(Duration::from_secs(600)).await;
    assert_eq!(moment.since(before).as_secs(), 120);
    engine.clock.advance_to(moment);
    server.requests(2).await;
    let letter = engine.receive("dead", 1).await.remove(0);
    assert_eq!(body(&letter)["id"], id);
    assert_eq!(letter["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_RESOURCE");
}

#[tokio::test]
async fn a_destination_is_asked_no_more_often_than_it_allows() {
    let server = Server::default();
    let (engine, arn) = destination(&server, "/", "API_KEY", api_key()).await;
    engine.call("UpdateApiDestination", json!({"Name": "d", "InvocationRateLimitPerSecond": 1})).await;
    engine.rule("r", PATTERN, &arn, json!({})).await;
    for _ in 0..2 {
        engine.put("s", json!({})).await;
    }
    server.requests(1).await;
    let before = clock::Clock::now(&engine.clock);
    let moment = engine.next_wake(Duration::from_secs(2)).await;
    assert!(moment.since(before).as_millis() <= 1000);
    assert_eq!(server.requests.lock().unwrap().len(), 1, "the second waits for its turn");
    until("both", async || {
        engine.clock.advance(Duration::from_millis(100));
        server.requests.lock().unwrap().len() == 2
    })
    .await;
}

#[tokio::test]
async fn what_is_not_whole_is_refused() {
    let server = Server::default();
    let (engine, _) = destination(&server, "/", "API_KEY", api_key()).await;
    let (code, message) = engine
        .refusal("CreateConnection", json!({"Name": "b", "AuthorizationType": "BASIC", "AuthParameters": {}}))
        .await;
    assert_eq!(code, "ValidationException");
    assert!(message.contains("BasicAuthParameters"), "{message}");
    let (code, _) = engine.refusal("DescribeConnection", json!({"Name": "none"})).await;
    assert_eq!(code, "ResourceNotFoundException");
    let (code, message) = engine
        .refusal(
            "CreateApiDestination",
            json!({"Name": "e", "ConnectionArn": "arn:none", "InvocationEndpoint": "https://a", "HttpMethod": "POST"}),
        )
        .await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ResourceNotFoundException", "Connection 'arn:none' does not exist.")
    );
}
