//! Functions as processes, over the Lambda Runtime API: a shell script stands for any `bootstrap`.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, unreachable_pub)]

mod support;

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use service::Platform;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use support::{error_of, function, invoke, open, platform};

const BOOTSTRAP: &str = r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
if [ "$TODOS_TABLE" = refuse ]; then
  curl -s -d '{"errorType":"Init.Refused","errorMessage":"no table"}' "$api/init/error"; exit 1
fi
[ "$TODOS_TABLE" = broken ] && exit 4
headers=$(mktemp)
while :; do
  event=$(curl -s -D "$headers" "$api/invocation/next") || exit 0
  id=$(tr -d '\r' < "$headers" | sed -n 's/^lambda-runtime-aws-request-id: //Ip')
  echo "event $event"
  case "$event" in
    *crash*) exit 3 ;;
    *killed*) kill -9 $$ ;;
    *hang*) exec sleep 60 ;;
    *family*) sleep 600 > /dev/null 2>&1 & curl -s -d "$!" "$api/invocation/$id/response"; exit 0 ;;
    *fail*) curl -s -d '{"errorType":"Todo.NotFound","errorMessage":"no todo 7"}' "$api/invocation/$id/error" ;;
    *meet*) touch "$MEETING/$$"; while [ "$(ls "$MEETING" | wc -l)" -lt 2 ]; do :; done
      curl -s -d "$$" "$api/invocation/$id/response" ;;
    *leave*) curl -s -d "$$" "$api/invocation/$id/response"; exit 0 ;;
    *) curl -s -d "{\"event\":$event,\"process\":$$,\"table\":\"$TODOS_TABLE\",\"aws\":\"$AWS_ENDPOINT_URL\"}" \
      "$api/invocation/$id/response" ;;
  esac
done
"#;

/// A platform with the function `p`; `None`, with a line that says so, where there is no curl.
async fn with_function(variables: Value) -> Option<(Platform, TempDir)> {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: curl isn't installed");
        return None;
    }
    let bootstraps = TempDir::new().unwrap();
    write_bootstrap(&bootstraps.path().join("shell"), BOOTSTRAP, 0o755);
    let platform = platform();
    open(&platform, Some(bootstraps.path()));
    let mut create = function("p", json!({ "SluiceBinary": "shell" }));
    create["Timeout"] = 20.into();
    create["Environment"]["Variables"] = variables;
    platform.services.call("lambda", "CreateFunction", create).await.unwrap();
    Some((platform, bootstraps))
}

fn write_bootstrap(directory: &Path, text: &str, mode: u32) {
    fs::create_dir_all(directory).unwrap();
    let file = directory.join("bootstrap");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_process_answers_event_after_event() {
    let Some((platform, _kept)) = with_function(json!({ "TODOS_TABLE": "todos" })).await else { return };
    let first = invoke(&platform, "p", json!({ "a": "ü" })).await;
    assert_eq!(first["Payload"]["event"], json!({ "a": "ü" }), "{first}");
    assert_eq!(first["Payload"]["table"], "todos");
    assert_eq!(first["Payload"]["aws"], "http://127.0.0.1:4566");
    let second = invoke(&platform, "p", json!({})).await;
    assert_eq!(first["Payload"]["process"], second["Payload"]["process"]);
    platform.stop().await;
}

#[tokio::test]
async fn what_a_process_writes_is_its_log_and_the_tail_of_an_invocation_that_asks() {
    let Some((platform, _kept)) = with_function(json!({})).await else { return };
    invoke(&platform, "p", json!("before")).await;
    let input = json!({ "FunctionName": "p", "LogType": "Tail", "Payload": "now" });
    let answer = platform.services.call("lambda", "Invoke", input).await.unwrap();
    let tail = BASE64_STANDARD.decode(answer["LogResult"].as_str().unwrap()).unwrap();
    let tail = String::from_utf8(tail).unwrap();
    assert!(tail.starts_with("START RequestId: "), "{tail}");
    assert!(tail.contains("\tMemory Size: 128 MB\n"), "{tail}");
    assert!(!tail.contains("before"), "{tail}");
    platform.stop().await;
}

#[tokio::test]
async fn failures_and_crashes_are_reported_in_the_words_of_aws_and_the_next_event_finds_a_new_process() {
    let Some((platform, _kept)) = with_function(json!({})).await else { return };
    for (what, kind, text) in [
        ("fail", "Todo.NotFound", "no todo 7"),
        ("crash", "Runtime.ExitError", "Error: Runtime exited with error: exit status 3"),
        ("killed", "Runtime.ExitError", "Error: Runtime exited with error: signal: killed"),
    ] {
        let answer = invoke(&platform, "p", json!(what)).await;
        assert_eq!(error_of(&answer), (kind.to_owned(), text.to_owned()));
    }
    assert_eq!(invoke(&platform, "p", json!(1)).await["Payload"]["event"], 1);
    platform.stop().await;
}

#[tokio::test]
async fn a_process_that_leaves_after_its_answer_costs_the_next_event_nothing() {
    let Some((platform, _kept)) = with_function(json!({})).await else { return };
    let first = invoke(&platform, "p", json!("leave")).await["Payload"].as_i64().unwrap();
    let second = invoke(&platform, "p", json!("leave")).await["Payload"].as_i64().unwrap();
    assert_ne!(first, second);
    platform.stop().await;
}

#[tokio::test]
async fn events_at_the_same_time_run_in_processes_of_their_own() {
    let meeting = TempDir::new().unwrap();
    let Some((platform, _kept)) = with_function(json!({ "MEETING": meeting.path() })).await else { return };
    let (one, other) = tokio::join!(invoke(&platform, "p", json!("meet")), invoke(&platform, "p", json!("meet")));
    assert_ne!(one["Payload"], other["Payload"]);
    platform.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_takes_too_long_is_killed() {
    let Some((platform, _kept)) = with_function(json!({})).await else { return };
    let (kind, text) = error_of(&invoke(&platform, "p", json!("hang")).await);
    assert_eq!((kind.as_str(), text.as_str()), ("Sandbox.Timedout", "Error: Task timed out after 20.00 seconds"));
    platform.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_a_process_has_started_ends_with_it() {
    let Some((platform, _kept)) = with_function(json!({})).await else { return };
    let child = invoke(&platform, "p", json!("family")).await["Payload"].as_i64().unwrap();
    // One that has ended and that nobody has asked about still has its number.
    let lives = || fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    let ends = async {
        while lives() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(std::time::Duration::from_secs(30), ends).await.is_ok(), "{child} lives");
    platform.stop().await;
}

#[tokio::test]
async fn a_process_that_cannot_start_says_why() {
    for (table, kind, text) in [
        ("refuse", "Init.Refused", "no table"),
        ("broken", "Runtime.ExitError", "Error: Runtime exited with error: exit status 4"),
    ] {
        let Some((platform, _kept)) = with_function(json!({ "TODOS_TABLE": table })).await else { return };
        assert_eq!(error_of(&invoke(&platform, "p", json!({})).await), (kind.to_owned(), text.to_owned()));
        platform.stop().await;
    }
}

#[tokio::test]
async fn code_from_an_archive_runs_and_is_replaced() {
    let Some((platform, _kept)) = with_function(json!({})).await else { return };
    let archive = |text: &str, mode: u32| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(mode)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
        BASE64_STANDARD.encode(zip.finish().unwrap().into_inner())
    };
    let call = async |operation: &str, input: Value| platform.services.call("lambda", operation, input).await;

    call("CreateFunction", function("z", json!({ "ZipFile": archive(BOOTSTRAP, 0o755) }))).await.unwrap();
    assert_eq!(invoke(&platform, "z", json!(1)).await["Payload"]["event"], 1);

    let update = json!({ "FunctionName": "z", "ZipFile": archive("#!/bin/sh\nexit 9\n", 0o755) });
    call("UpdateFunctionCode", update).await.unwrap();
    assert!(error_of(&invoke(&platform, "z", json!(1)).await).1.ends_with("exit status 9"));

    let update = json!({ "FunctionName": "z", "ZipFile": archive(BOOTSTRAP, 0o644) });
    call("UpdateFunctionCode", update).await.unwrap();
    let refused = error_of(&invoke(&platform, "z", json!(1)).await);
    assert_eq!(refused.1, "Error: fork/exec /var/task/bootstrap: permission denied");

    let garbage = json!({ "FunctionName": "z", "ZipFile": BASE64_STANDARD.encode("no archive") });
    assert_eq!(call("UpdateFunctionCode", garbage).await.unwrap_err().code, "InvalidParameterValueException");
    call("DeleteFunction", json!({ "FunctionName": "z" })).await.unwrap();
    platform.stop().await;
}
