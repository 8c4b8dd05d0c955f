//! A function's binary, run as a process, and the same function in process: nobody can tell them apart.
//!
//! This test's own executable stands for the binary: as a Lambda process it runs the function instead of testing.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use support::{MIRROR, function, invoke, open, platform};

#[tokio::test]
async fn binary() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        function::run(&MIRROR).await.unwrap();
    }
}

#[tokio::test]
async fn a_function_answers_and_fails_alike_in_process_and_as_a_binary() {
    let bootstraps = tempfile::tempdir().unwrap();
    let directory = bootstraps.path().join("as-binary");
    fs::create_dir(&directory).unwrap();
    let executable = std::env::current_exe().unwrap();
    let script = format!("#!/bin/sh\nexec '{}' --exact binary --nocapture\n", executable.display());
    fs::write(directory.join("bootstrap"), script).unwrap();
    fs::set_permissions(directory.join("bootstrap"), fs::Permissions::from_mode(0o755)).unwrap();

    let platform = platform();
    let lambda = open(&platform, Some(bootstraps.path()));
    for binary in ["mirror", "as-binary"] {
        let mut create = function(binary, json!({ "SluiceBinary": binary }));
        create["Timeout"] = 20.into();
        platform.services.call("lambda", "CreateFunction", create).await.unwrap();
    }
    for event in [json!({ "a": [1, "ü", null] }), json!({ "do": "fail" })] {
        let mut answers: Vec<Value> = Vec::new();
        for name in ["mirror", "as-binary"] {
            let mut answer = invoke(&platform, name, event.clone()).await;
            // The one thing in which they differ.
            if let Some(Value::String(arn)) = answer["Payload"].get_mut("arn") {
                *arn = arn.replace(name, "either");
            }
            answers.push(answer);
        }
        assert_eq!(answers[0], answers[1], "{:?}", lambda.log_lines("as-binary"));
    }
    platform.stop().await;
}
