//! A failure looks the same whether the binary sends it to the Runtime API or the engine reads it in process.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use async_trait::async_trait;
use function::{Failure, Handler, LambdaEvent};
use lambda_runtime::tower::ServiceExt;
use lambda_runtime::{Context, Diagnostic};
use serde_json::{Value, json};

struct Fails;

#[async_trait]
impl Handler for Fails {
    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failure> {
        Err(Failure::new("Todo.NotFound", format!("no todo {}", event.payload["id"])))
    }
}

#[tokio::test]
async fn the_binary_and_the_engine_report_one_error_shape() {
    let event = || LambdaEvent::new(json!({ "id": 7 }), Context::default());
    let sent = function::serve(Arc::new(Fails)).oneshot(event()).await.map_err(Diagnostic::from).unwrap_err();
    let in_process = Fails.handle(event()).await.unwrap_err().payload();
    assert_eq!(serde_json::to_string(&sent).unwrap(), serde_json::to_string(&in_process).unwrap());
    assert_eq!(in_process, json!({ "errorType": "Todo.NotFound", "errorMessage": "no todo 7" }));
}
