//! Functions that the engine links, called in its own process.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use lambda::LogLayer;
use serde_json::{Value, json};
use service::Platform;
use tracing_subscriber::layer::SubscriberExt;

use support::{error_of, function, invoke, open, platform};

async fn mirror() -> Platform {
    let platform = platform();
    open(&platform, None);
    let create = function("m", json!({ "SluiceBinary": "mirror" }));
    platform.services.call("lambda", "CreateFunction", create).await.unwrap();
    platform
}

#[tokio::test]
async fn a_linked_function_answers_with_its_own_settings() {
    let platform = mirror().await;
    let answer = invoke(&platform, "arn:aws:lambda:us-east-1:000000000000:function:m", json!({ "a": 1 })).await;
    assert_eq!(
        answer,
        json!({
            "StatusCode": 200,
            "ExecutedVersion": "$LATEST",
            "Payload": {
                "event": { "a": 1 },
                "table": "todos",
                "arn": "arn:aws:lambda:us-east-1:000000000000:function:m",
            },
        })
    );
}

#[tokio::test]
async fn failures_panics_and_large_results_are_reported_in_the_words_of_aws() {
    let platform = mirror().await;
    let error = async |what: &str| error_of(&invoke(&platform, "m", json!({ "do": what })).await);
    let named = |kind: &str, text: &str| (kind.to_owned(), text.to_owned());
    assert_eq!(error("fail").await, named("Todo.NotFound", "no todo 7"));
    assert_eq!(error("panic").await, named("Runtime.ExitError", "Error: Runtime exited with error: signal: aborted"));
    assert_eq!(
        error("grow").await,
        named(
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_function_that_takes_too_long_times_out() {
    let platform = mirror().await;
    let (kind, text) = error_of(&invoke(&platform, "m", json!({ "do": "hang" })).await);
    assert_eq!((kind.as_str(), text.as_str()), ("Sandbox.Timedout", "Error: Task timed out after 1.00 seconds"));
}

#[tokio::test]
async fn a_changed_configuration_builds_the_function_anew() {
    let platform = mirror().await;
    invoke(&platform, "m", json!({})).await;
    let update = json!({ "FunctionName": "m", "Environment": { "Variables": { "TODOS_TABLE": "other" } } });
    platform.services.call("lambda", "UpdateFunctionConfiguration", update).await.unwrap();
    assert_eq!(invoke(&platform, "m", json!({})).await["Payload"]["table"], "other");
}

#[tokio::test]
async fn a_function_that_lacks_a_setting_cannot_start_and_its_log_says_which() {
    let platform = platform();
    let lambda = open(&platform, None);
    let mut create = function("m", json!({ "SluiceBinary": "mirror" }));
    create["Environment"] = json!({});
    platform.services.call("lambda", "CreateFunction", create).await.unwrap();
    let (kind, text) = error_of(&invoke(&platform, "m", json!({})).await);
    assert_eq!(
        (kind.as_str(), text.as_str()),
        ("Runtime.ExitError", "Error: Runtime exited with error: exit status 1")
    );
    assert!(lambda.log_lines("m")[1].contains("TODOS_TABLE"), "{:?}", lambda.log_lines("m"));
}

#[tokio::test]
async fn a_function_that_runs_neither_way_says_what_to_do() {
    let platform = platform();
    open(&platform, None);
    for (name, code, remedy) in [
        ("b", json!({ "SluiceBinary": "nobody" }), "does not link"),
        ("s", json!({ "S3Bucket": "b", "S3Key": "k" }), "name its binary"),
    ] {
        platform.services.call("lambda", "CreateFunction", function(name, code)).await.unwrap();
        let (kind, text) = error_of(&invoke(&platform, name, json!({})).await);
        assert_eq!(kind, "Runtime.InvalidEntrypoint");
        assert!(text.contains(remedy), "{text}");
    }
}

#[tokio::test]
async fn what_a_linked_function_tells_tracing_is_a_line_of_its_log() {
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(LogLayer));
    let platform = platform();
    let lambda = open(&platform, None);
    platform
        .services
        .call("lambda", "CreateFunction", function("m", json!({ "SluiceBinary": "mirror" })))
        .await
        .unwrap();
    tracing::info!("the engine's own");
    invoke(&platform, "m", json!({ "do": "tell" })).await;
    let lines = lambda.log_lines("m");
    let [start, told, _end, _report] = &lines[..] else { panic!("{lines:?}") };
    assert!(start.starts_with("START"), "{lines:?}");
    let mut told: Value = serde_json::from_str(told).unwrap();
    assert!(told["timestamp"].take().is_string());
    let expected =
        json!({ "timestamp": null, "level": "INFO", "message": "telling", "todo": 7, "target": "in_process::support" });
    assert_eq!(told, expected);
}
