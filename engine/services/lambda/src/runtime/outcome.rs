//! How an invocation ended, in AWS's words.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::{Value, json};

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The function's result.
    Returned(Payload),
    /// The function's error, or Lambda's about it: `{"errorType", "errorMessage"}`.
    Failed(Payload),
}

/// What a function answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Payload {
    pub value: Value,
    /// As a process wrote it, where its JSON isn't the shortest: Step Functions shows some of it to the letter.
    pub text: Option<String>,
}

impl Payload {
    /// What a process wrote; bytes that are no JSON are text inside the engine.
    pub(crate) fn written(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let value = serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.clone().into_owned()));
        let is_shortest = value.to_string() == text;
        Self { value, text: (!is_shortest).then(|| text.into_owned()) }
    }
}

impl From<Value> for Payload {
    fn from(value: Value) -> Self {
        Self { value, text: None }
    }
}

/// Bytes that a result may have.
pub(crate) const MAX_RESPONSE_BYTES: usize = 6_291_556;

/// The bytes of a JSON value's text, without making the text.
pub(crate) fn json_bytes(value: &Value) -> usize {
    struct Count(usize);

    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).expect("counting never fails");
    count.0
}

impl Outcome {
    /// The function took longer than its timeout.
    pub(crate) fn timed_out(request_id: &str, timeout: Duration) -> Self {
        let message = format!("Task timed out after {:.2} seconds", timeout.as_secs_f64());
        Self::lambda_error("Sandbox.Timedout", request_id, &message)
    }

    /// The function's process ended without an answer.
    pub(crate) fn exited(request_id: &str, status: ExitStatus) -> Self {
        Self::exited_with(request_id, &reason(status))
    }

    /// The function panicked, which ends the process of a deployed one.
    pub(crate) fn aborted(request_id: &str) -> Self {
        Self::exited_with(request_id, "Runtime exited with error: signal: aborted")
    }

    /// The function could not be built, which ends the process of a deployed one.
    pub(crate) fn not_started(request_id: &str) -> Self {
        Self::exited_with(request_id, "Runtime exited with error: exit status 1")
    }

    /// There is nothing to run, or the operating system refuses to run it.
    pub(crate) fn invalid_entrypoint(request_id: &str, reason: &str) -> Self {
        Self::lambda_error("Runtime.InvalidEntrypoint", request_id, reason)
    }

    /// The result is larger than Lambda passes on.
    pub(crate) fn response_too_large() -> Self {
        let error = json!({
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": format!("Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."),
        });
        Self::Failed(error.into())
    }

    fn exited_with(request_id: &str, reason: &str) -> Self {
        Self::lambda_error("Runtime.ExitError", request_id, reason)
    }

    fn lambda_error(error_type: &str, request_id: &str, reason: &str) -> Self {
        let error = json!({
            "errorType": error_type,
            "errorMessage": format!("RequestId: {request_id} Error: {reason}"),
        });
        Self::Failed(error.into())
    }
}

fn reason(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, Some(signal)) => format!("Runtime exited with error: signal: {}", signal_name(signal)),
        (None, None) => "Runtime exited with error".to_owned(),
    }
}

fn signal_name(signal: i32) -> String {
    match signal {
        4 => "illegal instruction".to_owned(),
        6 => "aborted".to_owned(),
        7 => "bus error".to_owned(),
        8 => "floating point exception".to_owned(),
        9 => "killed".to_owned(),
        11 => "segmentation fault".to_owned(),
        15 => "terminated".to_owned(),
        other => format!("signal {other}"),
    }
}
