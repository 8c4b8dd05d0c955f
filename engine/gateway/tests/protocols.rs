//! What each protocol's answers look like on the wire, errors above all.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use bytes::Bytes;
use gateway::AwsEndpoint;
use http::{Request, Response};
use serde_json::{Value, json};
use service::{Api, Body, JsonVersion, Operations, Platform, Route, ServiceError};

use support::{Fake, platform};

fn with_services() -> (Platform, AwsEndpoint) {
    let platform = platform();
    let refuse = |operation: &str, input: Value| match operation {
        "CreateQueue" => Ok(json!({ "QueueUrl": "http://localhost/0/a&b" })),
        "ReceiveMessage" => Ok(json!({ "Messages": [{ "Body": input["QueueUrl"] }, { "Body": "<2>\r" }] })),
        "Panic" => panic!("on purpose"),
        _ => Err(ServiceError::client("QueueDoesNotExist", "The specified queue does not exist.")),
    };
    let sqs: &[&str] = &["CreateQueue", "ReceiveMessage", "GetQueueUrl", "Panic"];
    platform.services.register(Fake::json("sqs", "AmazonSQS", JsonVersion::V1_0, sqs, refuse));
    let missing = |_: &str, _| Err(ServiceError::client("ResourceNotFoundException", "Requested resource not found"));
    platform.services.register(Fake::json("dynamodb", "DynamoDB_20120810", JsonVersion::V1_0, &["GetItem"], missing));
    platform.services.register(Fake::with(LAMBDA, |_, input| match input["FunctionName"].as_str() {
        Some("fails") => {
            Ok(json!({ "StatusCode": 200, "FunctionError": "Unhandled", "Payload": { "errorType": "A" } }))
        }
        Some("queued") => Ok(json!({ "StatusCode": 202 })),
        Some("gone") => Err(ServiceError::client("ResourceNotFoundException", "gone").with_status(404)),
        _ => Ok(json!({ "StatusCode": 200, "Payload": input })),
    }));
    let endpoint = AwsEndpoint::new(&platform);
    (platform, endpoint)
}

const LAMBDA: Api = Api {
    id: "lambda",
    name: "Lambda",
    target_prefix: None,
    json_version: JsonVersion::V1_1,
    query_version: None,
    routes: &[Route {
        method: "POST",
        path: "/2015-03-31/functions/{FunctionName}/invocations",
        operation: "Invoke",
        status: 200,
        request: Body::Payload("Payload"),
        response: Body::Payload("Payload"),
        headers: &[("X-Amz-Invocation-Type", "InvocationType"), ("X-Amz-Function-Error", "FunctionError")],
    }],
    operations: Operations { built: &["Invoke"], not_built: &[] },
};

async fn json_call(target: &str, body: &'static str) -> (Response<Bytes>, Value) {
    let (_platform, endpoint) = with_services();
    let request = Request::post("/").header("x-amz-target", target).body(Bytes::from(body)).unwrap();
    let response = endpoint.answer(request).await;
    let body = serde_json::from_slice(response.body()).unwrap();
    (response, body)
}

async fn query_call(service: &str, form: &str) -> (u16, String) {
    let (_platform, endpoint) = with_services();
    let scope = format!("AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/{service}/aws4_request, Signature=x");
    let request = Request::post("/")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("authorization", scope)
        .body(Bytes::from(form.to_owned()))
        .unwrap();
    let response = endpoint.answer(request).await;
    let id = response.headers()["x-amzn-requestid"].to_str().unwrap();
    (response.status().as_u16(), std::str::from_utf8(response.body()).unwrap().replace(id, "ID"))
}

#[tokio::test]
async fn aws_json_errors_carry_type_and_message() {
    let (response, body) = json_call("DynamoDB_20120810.GetItem", "{}").await;
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
    assert!(response.headers().contains_key("x-amzn-requestid"));
    assert_eq!(
        body,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
            "message": "Requested resource not found",
        })
    );
}

#[tokio::test]
async fn sqs_errors_carry_the_name_that_query_clients_know() {
    let (response, body) = json_call("AmazonSQS.GetQueueUrl", "{}").await;
    assert_eq!(response.headers()["x-amzn-query-error"], "AWS.SimpleQueueService.NonExistentQueue;Sender");
    assert_eq!(body["__type"], "com.amazonaws.sqs#QueueDoesNotExist");
}

#[tokio::test]
async fn an_operation_that_aws_lacks_is_told_apart_from_one_that_is_not_built() {
    let (response, body) = json_call("DynamoDB_20120810.MakeCoffee", "{}").await;
    assert_eq!(response.status(), 404);
    assert_eq!(body, json!({ "__type": "com.amazon.coral.service#UnknownOperationException" }));
    for (target, message) in [
        ("DynamoDB_20120810.TestState", "sluice does not implement TestState of dynamodb yet"),
        ("Logs_20140328.PutLogEvents", "sluice does not implement PutLogEvents of Logs_20140328 yet"),
        ("", "sluice does not implement  of  yet"),
    ] {
        let (response, body) = json_call(target, "{}").await;
        assert_eq!(response.status(), 501, "{target}");
        assert_eq!(body["__type"], "com.amazon.coral.service#UnknownOperationException");
        assert_eq!(body["message"], message);
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_a_serialization_exception() {
    for body in ["{", "[]", "7", "\u{0}", "{\"a\":1}}"] {
        let (response, answer) = json_call("DynamoDB_20120810.GetItem", body).await;
        assert_eq!(response.status(), 400, "{body}");
        assert_eq!(answer["__type"], "com.amazon.coral.service#SerializationException", "{body}");
    }
}

#[tokio::test]
async fn a_panic_is_an_internal_failure() {
    let (response, body) = json_call("AmazonSQS.Panic", "{}").await;
    assert_eq!(response.status(), 500);
    assert_eq!(body["__type"], "com.amazonaws.sqs#InternalFailure");
}

#[tokio::test]
async fn query_answers_are_xml() {
    let (status, text) = query_call("sqs", "Action=CreateQueue&Version=2012-11-05&QueueName=a").await;
    assert_eq!(status, 200);
    assert_eq!(
        text,
        "<?xml version=\"1.0\"?><CreateQueueResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\
         <CreateQueueResult><QueueUrl>http://localhost/0/a&amp;b</QueueUrl></CreateQueueResult>\
         <ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></CreateQueueResponse>"
    );
    let (_, text) = query_call("sqs", "Action=ReceiveMessage&QueueUrl=u").await;
    assert!(text.contains("<Message><Body>u</Body></Message><Message><Body>&lt;2&gt;&#xD;</Body></Message>"), "{text}");
}

#[tokio::test]
async fn query_errors_are_xml() {
    let (status, text) = query_call("sqs", "Action=GetQueueUrl&QueueName=a").await;
    assert_eq!(status, 400);
    assert_eq!(
        text,
        "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error>\
         <Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>\
         <Message>The specified queue does not exist.</Message><Detail/></Error><RequestId>ID</RequestId></ErrorResponse>"
    );
    let (status, text) = query_call("iam", "Action=ListUsers&Version=2010-05-08").await;
    assert_eq!(status, 501);
    assert!(text.contains("<Code>InvalidAction</Code>") && text.contains("ListUsers of iam"), "{text}");
    let (status, text) = query_call("sts", "Action=MakeCoffee&Version=2011-06-15").await;
    assert_eq!(status, 400);
    assert!(text.contains("The action MakeCoffee is not valid for this endpoint."), "{text}");
}

#[tokio::test]
async fn sts_knows_its_caller() {
    let (status, text) = query_call("sts", "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert_eq!(status, 200);
    assert!(text.contains("<Arn>arn:aws:iam::000000000000:root</Arn>"), "{text}");
}

#[tokio::test]
async fn a_payload_is_the_body_and_header_members_are_headers() {
    let (_platform, endpoint) = with_services();
    let invoke = async |name: &str, body: &'static str| {
        let request = Request::post(format!("/2015-03-31/functions/{name}/invocations?Qualifier=1"))
            .header("x-amz-invocation-type", "RequestResponse")
            .body(Bytes::from(body))
            .unwrap();
        endpoint.answer(request).await
    };
    let echoed: Value = serde_json::from_slice(invoke("a%3Ab", "[1]").await.body()).unwrap();
    assert_eq!(
        echoed,
        json!({ "Payload": [1], "Qualifier": "1", "InvocationType": "RequestResponse", "FunctionName": "a:b" })
    );
    let failed = invoke("fails", "").await;
    assert_eq!(failed.headers()["x-amz-function-error"], "Unhandled");
    assert_eq!(failed.body(), r#"{"errorType":"A"}"#);
    let queued = invoke("queued", "{}").await;
    assert_eq!((queued.status().as_u16(), queued.body().len()), (202, 0));
    let gone = invoke("gone", "{}").await;
    assert_eq!(gone.headers()["x-amzn-errortype"], "ResourceNotFoundException");
    assert_eq!(gone.body(), r#"{"message":"gone"}"#);
    let garbage = invoke("a", "{").await;
    assert_eq!(garbage.headers()["x-amzn-errortype"], "InvalidRequestContentException");
}

#[tokio::test]
async fn nonsense_is_answered_not_fatal() {
    let (_platform, endpoint) = with_services();
    for request in [
        Request::get("/x/%ff/%").body(Bytes::new()).unwrap(),
        Request::post("/?Action=%ff&A.=1&.=2").body(Bytes::new()).unwrap(),
        Request::post("/").header("x-amz-target", &b"\xff\xfe"[..]).body(Bytes::from_static(b"\xff")).unwrap(),
        Request::post("/").header("authorization", "Credential=").body(Bytes::from_static(b"{")).unwrap(),
    ] {
        let response = endpoint.answer(request).await;
        assert!(!response.status().is_success(), "{response:?}");
    }
}

#[tokio::test]
async fn a_service_or_route_that_is_not_here_is_named() {
    let (_platform, endpoint) = with_services();
    let ask = async |service: &str, path: &str| {
        let scope = format!("AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/{service}/aws4_request, Signature=x");
        let request = Request::get(path).header("authorization", scope).body(Bytes::new()).unwrap();
        let response = endpoint.answer(request).await;
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    };
    let (status, text) = ask("s3", "/").await;
    assert_eq!(status, 501);
    assert!(text.contains("<Code>NotImplemented</Code>"), "{text}");
    for (service, path, named) in [
        ("lambda", "/2015-03-31/functions/f/versions", "GET /2015-03-31/functions/f/versions of Lambda"),
        ("batch", "/v1/jobs", "GET /v1/jobs of batch"),
    ] {
        let (status, text) = ask(service, path).await;
        assert_eq!(status, 501);
        assert!(text.contains(named), "{text}");
    }
}
