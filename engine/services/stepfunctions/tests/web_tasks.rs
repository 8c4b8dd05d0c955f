//! Tasks that call APIs and web addresses.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use service::ServiceError;
use support::{Double, Stack, one_state, text};

const API: &str = "arn:aws:states:::apigateway:invoke";
const ADDRESS: &str = "arn:aws:states:::http:invoke";

fn answer(status: u16, body: &str) -> Value {
    json!({
        "StatusCode": status,
        "Headers": {"content-type": ["application/json"], "x-amzn-requestid": ["1"]},
        "Body": BASE64_STANDARD.encode(body),
        "Request": {"Method": "POST", "Url": "https://a/?key=hidden", "Headers": [["Authorization", "hidden"]], "Body": "{}"},
        "RequestWithoutSecrets": {"Method": "POST", "Url": "https://a/", "Headers": [], "Body": "{}"},
    })
}

fn gateway(answer: Value) -> Arc<Double> {
    Double::of("rest.apigateway", &[], answer)
}

fn events(answer: Value) -> Arc<Double> {
    Double::of("events", &["PutEvents"], answer)
}

async fn run(double: &Arc<Double>, resource: &str, parameters: Value) -> Value {
    let stack = Stack::in_memory(vec![Arc::clone(double)]);
    let definition = one_state(json!({"Type": "Task", "Resource": resource, "Parameters": parameters}));
    let machine = stack.machine("m", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.ended(&execution).await
}

/// The first call of this operation.
fn asked(double: &Double, operation: &str) -> Value {
    double.calls().into_iter().find(|(called, _)| called == operation).unwrap().1
}

#[tokio::test]
async fn an_apis_answer_is_told_with_status_headers_and_parsed_body() {
    let api = gateway(answer(200, r#"{"ok":true}"#));
    let parameters = json!({
        "ApiEndpoint": "a1.execute-api.us-east-1.amazonaws.com", "Method": "POST", "Stage": "prod", "Path": "orders",
        "Headers": {"custom": ["1", "2"]}, "RequestBody": {"a": 1, "b": null},
    });
    let ended = run(&api, API, parameters).await;
    let output: Value = serde_json::from_str(&text(&ended["output"])).unwrap();
    assert_eq!((&output["StatusCode"], &output["StatusText"]), (&json!(200), &json!("OK")));
    assert_eq!(output["ResponseBody"], json!({"ok": true}));
    assert_eq!(output["Headers"]["x-amzn-RequestId"], json!(["1"]));
    assert_eq!(output["Headers"]["Content-Length"], json!(["11"]));
    let call = asked(&api, "ExecuteApi");
    assert_eq!(
        (&call["Stage"], &call["Path"], &call["Headers"]["custom"]),
        (&json!("prod"), &json!("orders"), &json!(["1", "2"]))
    );
    assert_eq!(BASE64_STANDARD.decode(call["Body"].as_str().unwrap()).unwrap(), br#"{"a":1}"#);
}

#[tokio::test]
async fn a_failing_status_is_the_tasks_error_and_the_body_its_cause() {
    let body = r#"{"message":"Missing Authentication Token"}"#;
    let parameters = json!({"ApiEndpoint": "a1.execute-api.us-east-1.amazonaws.com", "Method": "GET"});
    let ended = run(&gateway(answer(403, body)), API, parameters).await;
    assert_eq!((text(&ended["error"]), text(&ended["cause"])), ("ApiGateway.403".to_owned(), body.to_owned()));
    let parameters = json!({"ApiEndpoint": "https://a", "Method": "GET", "Authentication": {"ConnectionArn": "c"}});
    let ended = run(&events(answer(503, "down")), ADDRESS, parameters).await;
    let expected = ("States.Http.StatusCode.503".to_owned(), "down".to_owned());
    assert_eq!((text(&ended["error"]), text(&ended["cause"])), expected);
}

#[tokio::test]
async fn an_address_gets_a_form_where_the_task_asks_for_one() {
    let bridge = events(answer(200, "{}"));
    let parameters = json!({
        "ApiEndpoint": "https://a", "Method": "POST", "Authentication": {"ConnectionArn": "arn:c"},
        "RequestBody": {"list": ["x", "y"]},
        "Transform": {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "COMMAS"}},
    });
    run(&bridge, ADDRESS, parameters).await;
    let call = asked(&bridge, "SendRequest");
    assert_eq!((&call["Body"], &call["ConnectionArn"]), (&json!("list=x%2Cy"), &json!("arn:c")));
    assert_eq!(call["Headers"]["Content-Type"], "application/x-www-form-urlencoded;charset=UTF-8");
    assert_eq!(call["Headers"]["User-Agent"], "Amazon|StepFunctions|HttpInvoke|us-east-1");
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_a_socket_error() {
    let bridge = events(json!({}));
    bridge.then(Err(ServiceError::server("NoAnswer", "https://a does not answer")));
    let parameters = json!({"ApiEndpoint": "https://a", "Method": "GET", "Authentication": {"ConnectionArn": "c"}});
    let ended = run(&bridge, ADDRESS, parameters).await;
    assert_eq!(text(&ended["error"]), "States.Http.Socket");
}

#[tokio::test]
async fn a_test_shows_what_was_said_and_what_is_secret_only_when_asked() {
    let state = json!({
        "Type": "Task", "Resource": ADDRESS, "End": true,
        "Parameters": {"ApiEndpoint": "https://a/", "Method": "POST", "Authentication": {"ConnectionArn": "c"}},
    });
    for (reveals, url) in [(false, "https://a/"), (true, "https://a/?key=hidden")] {
        let stack = Stack::in_memory(vec![events(answer(200, "{}"))]);
        let input = json!({
            "definition": state.to_string(), "roleArn": "arn:aws:iam::000000000000:role/r",
            "inspectionLevel": "TRACE", "revealSecrets": reveals,
        });
        let told = stack.call("TestState", input).await;
        let inspection = &told["inspectionData"];
        assert_eq!((&inspection["request"]["url"], &inspection["request"]["protocol"]), (&json!(url), &json!("https")));
        assert_eq!(inspection["request"].to_string().contains("hidden"), reveals);
        assert_eq!(inspection["response"]["statusCode"], "200");
    }
}
