//! The project's functions as the processes that AWS makes of them, against the running stack.
//!
//! This test's own executable stands for the binary: as a Lambda process it runs the function instead of testing.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use support::Sluice;

const FUNCTIONS: &str = "/2015-03-31/functions";

#[tokio::test]
async fn binary() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        function::run(&todo_schema::GRAPHQL).await.unwrap();
    }
}

/// The SDK asks for the host `sync-127.0.0.1` when a function starts an Express execution and waits for its end.
#[test]
fn the_graphql_function_creates_a_todo_from_a_process_of_its_own() {
    let bootstraps = tempfile::tempdir().unwrap();
    let bootstrap = bootstraps.path().join("graphql-process").join("bootstrap");
    fs::create_dir(bootstrap.parent().unwrap()).unwrap();
    let executable = std::env::current_exe().unwrap();
    fs::write(&bootstrap, format!("#!/bin/sh\nexec '{}' --exact binary --nocapture\n", executable.display())).unwrap();
    fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755)).unwrap();
    let sluice = Sluice::dev(&["--ephemeral", "--functions", bootstraps.path().to_str().unwrap()]);

    let deployed = sluice.aws_get(FUNCTIONS)["Functions"].take();
    let linked = deployed.as_array().unwrap().iter().find(|it| {
        let function = sluice.aws_get(&format!("{FUNCTIONS}/{}", it["FunctionName"].as_str().unwrap()));
        function["Code"]["Location"] == "binary:todo-graphql"
    });
    let create = json!({
        "FunctionName": "graphql-process",
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Role": "arn:aws:iam::000000000000:role/graphql",
        "Timeout": 30,
        "Environment": linked.unwrap()["Environment"],
        "Code": { "SluiceBinary": "graphql-process" },
    });
    sluice.aws_post(FUNCTIONS, &create);
    let query = r#"mutation { createTodo(input: { title: "from a process" }) { todo { title } errors { code } } }"#;
    let event = json!({
        "version": "2.0",
        "headers": { "content-type": "application/json" },
        "body": json!({ "query": query }).to_string(),
        "isBase64Encoded": false,
    });
    let answer = sluice.aws_post(&format!("{FUNCTIONS}/graphql-process/invocations"), &event);
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_else(|| panic!("{answer}"))).unwrap();
    assert_eq!(body["data"]["createTodo"]["todo"]["title"], "from a process", "{body}");
}
