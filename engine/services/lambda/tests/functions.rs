//! Creating, reading, changing and deleting functions.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use serde_json::{Value, json};
use service::Platform;

use support::{function, open, platform};

fn code() -> Value {
    json!({ "SluiceBinary": "mirror" })
}

async fn refused(platform: &Platform, operation: &str, input: Value) -> (String, String, u16) {
    let error = platform.services.call("lambda", operation, input).await.unwrap_err();
    (error.code, error.message, error.status)
}

#[tokio::test]
async fn a_function_is_described_as_it_was_created() {
    let platform = platform();
    open(&platform, None);
    let call = async |operation: &str, input: Value| platform.services.call("lambda", operation, input).await.unwrap();
    let created = call("CreateFunction", function("m", code())).await;
    assert_eq!(created["FunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:m");
    assert_eq!(created["State"], "Active");
    assert_eq!(created["Version"], "$LATEST");
    assert_eq!(created["Environment"]["Variables"]["TODOS_TABLE"], "todos");
    let named = json!({ "FunctionName": "m" });
    assert_eq!(call("GetFunction", named.clone()).await["Configuration"], created);
    assert_eq!(call("ListFunctions", json!({})).await["Functions"], json!([created]));

    let arn = &created["FunctionArn"];
    call("TagResource", json!({ "Resource": arn, "Tags": { "a": "1", "b": "2" } })).await;
    call("UntagResource", json!({ "Resource": arn, "tagKeys": "a" })).await;
    assert_eq!(call("ListTags", json!({ "Resource": arn })).await["Tags"], json!({ "b": "2" }));

    let permission = json!({
        "FunctionName": "m",
        "StatementId": "s",
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
    });
    call("AddPermission", permission.clone()).await;
    let policy = call("GetPolicy", named.clone()).await["Policy"].as_str().unwrap().to_owned();
    assert!(policy.contains(r#""Principal":{"Service":"apigateway.amazonaws.com"}"#), "{policy}");
    assert_eq!(refused(&platform, "AddPermission", permission).await.0, "ResourceConflictException");

    call("DeleteFunction", named.clone()).await;
    assert_eq!(
        refused(&platform, "GetFunction", named).await,
        (
            "ResourceNotFoundException".to_owned(),
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:m".to_owned(),
            404
        )
    );
}

#[tokio::test]
async fn functions_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let location = store::Location::Directory(directory.path().to_owned());
    for is_first in [true, false] {
        let store = store::Store::open(&location).unwrap();
        let platform = Platform::new(store, std::sync::Arc::new(clock::SystemClock), Default::default());
        open(&platform, None);
        if is_first {
            platform.services.call("lambda", "CreateFunction", function("m", code())).await.unwrap();
        }
        assert_eq!(support::invoke(&platform, "m", json!(1)).await["Payload"]["event"], 1);
        platform.stop().await;
    }
}

#[tokio::test]
async fn bad_input_is_refused_in_the_words_of_aws() {
    let platform = platform();
    open(&platform, None);
    platform.services.call("lambda", "CreateFunction", function("m", code())).await.unwrap();
    let with = |member: &str, value: Value| {
        let mut input = function("n", code());
        input[member] = value;
        input
    };
    for (input, code, text) in [
        (function("m", self::code()), "ResourceConflictException", "Function already exist: m"),
        (with("Runtime", json!("java21")), "InvalidParameterValueException", "java21"),
        (with("FunctionName", json!("../n")), "InvalidParameterValueException", "../n"),
        (with("Code", json!({})), "InvalidParameterValueException", "Please provide a source for function code."),
        (with("Timeout", json!(901)), "ValidationException", "less than or equal to 900"),
        (with("MemorySize", json!("big")), "ValidationException", "memorySize"),
        (
            with("Environment", json!({ "Variables": { "AWS_REGION": "x" } })),
            "InvalidParameterValueException",
            "AWS_REGION",
        ),
        (with("Environment", json!({ "Variables": { "A": 1 } })), "InvalidParameterValueException", "Environment"),
        (
            with("Environment", json!({ "Variables": { "A": "x".repeat(5000) } })),
            "InvalidParameterValueException",
            "4KB",
        ),
    ] {
        let (its, message, _) = refused(&platform, "CreateFunction", input).await;
        assert_eq!(its, code, "{message}");
        assert!(message.contains(text), "{message}");
    }
    for payload in [json!({ "FunctionName": "m", "Payload": "x".repeat(6_300_000) })] {
        assert_eq!(refused(&platform, "Invoke", payload).await.2, 413);
    }
    assert_eq!(refused(&platform, "Invoke", json!({ "FunctionName": "gone" })).await.2, 404);
    assert_eq!(refused(&platform, "Invoke", json!({ "FunctionName": "m", "Qualifier": "prod" })).await.2, 404);
}
