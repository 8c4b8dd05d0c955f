//! `Invoke`: synchronous, asynchronous, or only checked.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use crate::Lambda;
use crate::code::Code;
use crate::configuration::{Configuration, Function};
use crate::error::invalid;
use crate::name::{LATEST, function_name};
use crate::runtime::{Invocation, Outcome, json_bytes};

/// Bytes that a synchronous event may have.
const MAX_SYNCHRONOUS_BYTES: usize = 6_291_456;
/// Bytes that an asynchronous event may have.
const MAX_ASYNCHRONOUS_BYTES: usize = 1_048_576;

impl Lambda {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    pub(crate) async fn invoke(&self, mut input: Value) -> Result<Value, ServiceError> {
        let function = self.functions.get_version(&function_name(&input, &self.platform.scope)?)?;
        let payload = match input.get_mut("Payload").map(Value::take) {
            None => json!({}),
            Some(payload) => payload,
        };
        match input["InvocationType"].as_str().unwrap_or("RequestResponse") {
            "RequestResponse" => {
                check_size(&payload, MAX_SYNCHRONOUS_BYTES, "RequestResponse")?;
                let client_context = input["ClientContext"].as_str().map(str::to_owned);
                let (outcome, before) = self.run(&function, Uuid::new_v4().to_string(), payload, client_context).await;
                let mut answer = answer(outcome);
                if input["LogType"] == "Tail" {
                    answer["LogResult"] = self.logs.tail(&function.configuration.function_name, before).into();
                }
                Ok(answer)
            }
            "Event" => {
                check_size(&payload, MAX_ASYNCHRONOUS_BYTES, "Event")?;
                self.accept_event(&function, payload).await?;
                Ok(json!({ "StatusCode": 202 }))
            }
            "DryRun" => Ok(json!({ "StatusCode": 204 })),
            other => Err(invalid(format!("InvocationType must be RequestResponse, Event or DryRun, not {other}"))),
        }
    }

    /// Runs one event to its end; the number tells how many lines the function's log had before.
    pub(crate) async fn run(
        &self,
        function: &Arc<Function>,
        request_id: String,
        payload: Value,
        client_context: Option<String>,
    ) -> (Outcome, usize) {
        let Configuration { function_name: name, memory_size, .. } = &function.configuration;
        let before = self.logs.note(name, format!("START RequestId: {request_id} Version: {LATEST}"));
        let begun = Instant::now();
        let outcome = match self.runtime_of(function) {
            None => Outcome::invalid_entrypoint(&request_id, &self.what_to_do(function)),
            Some(runtime) => {
                let deadline = self.platform.clock.now().plus(function.configuration.timeout());
                let deadline_millis = u64::try_from(deadline.as_millis()).unwrap_or_default();
                let request_id = request_id.clone();
                runtime.invoke(function, Invocation { request_id, payload, deadline_millis, client_context }).await
            }
        };
        let millis = begun.elapsed().as_secs_f64() * 1000.0;
        self.logs.note(name, format!("END RequestId: {request_id}"));
        let report = format!(
            "REPORT RequestId: {request_id}\tDuration: {millis:.2} ms\tBilled Duration: {:.0} ms\tMemory Size: {memory_size} MB",
            millis.ceil()
        );
        self.logs.note(name, report);
        (outcome, before)
    }

    /// Why a function runs in neither way, and what makes it run.
    fn what_to_do(&self, function: &Function) -> String {
        let name = &function.configuration.function_name;
        match &function.code {
            Code::Binary(binary) => {
                let place = match &self.bootstraps {
                    Some(bootstraps) => format!("at {}", bootstraps.join(binary).join("bootstrap").display()),
                    None => "in a directory of prebuilt binaries, which this sluice was not given".to_owned(),
                };
                format!("function {name} is the binary {binary}, which sluice does not link and does not find {place}")
            }
            Code::Files(_) => format!(
                "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]; the archive of function {name} \
                 needs an executable `bootstrap` at its top"
            ),
            Code::Object { bucket, key } => format!(
                "function {name} has its code in s3://{bucket}/{key}, which sluice does not read; name its binary in the \
                 template's metadata `sluicegate.binary`, or upload the code as a zip archive"
            ),
        }
    }
}

/// AWS's answer. Where a function wrote its payload other than this engine would, `PayloadText` is what it wrote.
fn answer(outcome: Outcome) -> Value {
    let mut answer = json!({ "StatusCode": 200, "ExecutedVersion": LATEST });
    let payload = match outcome {
        Outcome::Returned(payload) => payload,
        Outcome::Failed(error) => {
            answer["FunctionError"] = "Unhandled".into();
            error
        }
    };
    answer["Payload"] = payload.value;
    if let Some(text) = payload.text {
        answer["PayloadText"] = text.into();
    }
    answer
}

fn check_size(payload: &Value, limit: usize, invocation_type: &str) -> Result<(), ServiceError> {
    let size = json_bytes(payload);
    if size <= limit {
        return Ok(());
    }
    let text =
        format!("{size} byte payload is too large for the {invocation_type} invocation type (limit {limit} bytes)");
    Err(ServiceError::client("RequestTooLargeException", text).with_status(413).with_member("Type", "User"))
}
