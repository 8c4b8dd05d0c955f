//! A machine that computes for long holds up nobody else.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::json;
use support::{Stack, one_state};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn others_go_on_while_an_expression_computes() {
    let stack = Stack::in_memory(vec![]);
    let quick = stack.machine("quick", "EXPRESS", &one_state(json!({"Type": "Pass"}))).await;
    let computing = "{% $sum($map([1..400], function($n) { $sum($map([1..400], function($m) { $n * $m })) })) %}";
    let computing = one_state(json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": computing}));
    let computing = stack.machine("computing", "EXPRESS", &computing).await;
    let states = stack.states.clone();
    let computed = tokio::spawn(async move {
        service::Service::call(&*states, "StartSyncExecution", json!({"stateMachineArn": computing})).await
    });
    let mut others = 0;
    while !computed.is_finished() {
        stack.call("StartSyncExecution", json!({"stateMachineArn": quick})).await;
        others += 1;
    }
    let computed = computed.await.unwrap().unwrap();
    assert_eq!(computed["output"], "6432040000", "{computed}");
    // One worker that computed would have let a handful through before it began.
    assert!(others > 50, "only {others}");
}
