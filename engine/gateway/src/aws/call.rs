//! One call of a service's operation, the same for every protocol.

use std::sync::Arc;

use serde_json::Value;
use service::{Service, ServiceError};

/// Operations that wait for something to arrive. They end when their caller leaves: a message received for nobody would
/// stay invisible until its timeout.
const LONG_POLLS: &[&str] = &["ReceiveMessage", "GetActivityTask"];

/// Calls `operation`. What AWS lacks is told apart from what isn't built, and both are logged; a panic is AWS's
/// `InternalFailure`.
pub(super) async fn call(service: Arc<dyn Service>, operation: &str, input: Value) -> Result<Value, ServiceError> {
    let api = service.api();
    let is_in = |names: &[&str]| names.contains(&operation);
    if !is_in(api.operations.built) {
        let error = if is_in(api.operations.not_built) {
            ServiceError::not_built(api.name, operation)
        } else {
            ServiceError::unknown_operation()
        };
        tracing::warn!(service = api.name, operation, "an operation that isn't here was called");
        return Err(error);
    }
    if is_in(LONG_POLLS) {
        return service.call(operation, input).await;
    }
    // On a task of its own, so that a caller who hangs up doesn't leave an operation half done.
    let name = operation.to_owned();
    let task = tokio::spawn(async move { service.call(&name, input).await });
    task.await.unwrap_or_else(|failure| {
        tracing::error!(service = api.name, operation, %failure, "an operation panicked");
        Err(ServiceError::server("InternalFailure", format!("{operation} failed inside sluice; its log has the panic")))
    })
}
