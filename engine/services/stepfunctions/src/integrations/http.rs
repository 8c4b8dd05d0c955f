//! `arn:aws:states:::http:invoke`: a request to any web address, authorized by a connection of EventBridge.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html>

use asl::Payload;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::exchanges::Exchange;
use super::failure::Failure;
use super::{Attempt, form, payload};

/// How long an address may take, as on AWS.
const SECONDS: u64 = 60;

/// What of an answer is asked for, and read at most.
const MOST_BYTES: usize = 262_144;

/// Sends the request; a status of failure fails the task with the body as its cause.
pub(super) async fn invoke(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let call = call(attempt)?;
    let answer = attempt.platform.services.call("events", "SendRequest", call).await;
    let answer = answer.map_err(|error| refused(&error))?;
    let body = BASE64_STANDARD.decode(answer["Body"].as_str().unwrap_or_default()).unwrap_or_default();
    let text = String::from_utf8_lossy(&body).into_owned();
    let status =
        answer["StatusCode"].as_u64().and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    attempt.exchanges.note(attempt.execution_arn, || Exchange::new(&answer, status, &text));
    if !status.is_success() {
        return Err(Failure { error: format!("States.Http.StatusCode.{}", status.as_u16()), cause: text });
    }
    let headers = answer["Headers"].clone();
    let is_json = headers["content-type"][0].as_str().is_some_and(|kind| kind.contains("json"));
    let body = match serde_json::from_str(&text) {
        Ok(value) if is_json => value,
        _ => Value::String(text),
    };
    Ok(payload(&json!({
        "Headers": headers,
        "ResponseBody": body,
        "StatusCode": status.as_u16(),
        "StatusText": status.canonical_reason().unwrap_or_default(),
    })))
}

/// What EventBridge is asked to send.
fn call(attempt: &Attempt<'_>) -> Result<Value, Failure> {
    let parameters = attempt.parameters();
    let part = |name: &str| parameters.get(name).unwrap_or(&Value::Null);
    let connection = match &part("Authentication")["ConnectionArn"] {
        Value::Null => &part("InvocationConfig")["ConnectionArn"],
        arn => arn,
    };
    let mut headers = part("Headers").as_object().cloned().unwrap_or_default();
    let encodes_form = part("Transform")["RequestBodyEncoding"] == "URL_ENCODED";
    let body = match part("RequestBody") {
        Value::Null => None,
        body if encodes_form => {
            let arrays = part("Transform")["RequestEncodingOptions"]["ArrayFormat"].as_str().unwrap_or("INDICES");
            let format = form::Arrays::named(arrays).ok_or_else(|| {
                runtime(format!("ArrayFormat must be one of INDICES, REPEAT, COMMAS, BRACKETS, NONE, not {arrays}"))
            })?;
            Some(form::encoded(body, format))
        }
        Value::String(text) => Some(text.clone()),
        body => Some(asl::Value::from(body).to_text()),
    };
    if encodes_form {
        set(&mut headers, "Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    } else if body.is_some() && !headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
        set(&mut headers, "Content-Type", "application/json;charset=UTF-8");
    }
    set(&mut headers, "User-Agent", &format!("Amazon|StepFunctions|HttpInvoke|{}", attempt.platform.scope.region));
    set(&mut headers, "Range", &format!("bytes=0-{MOST_BYTES}"));
    Ok(json!({
        "ConnectionArn": connection,
        "Method": part("Method"),
        "Endpoint": part("ApiEndpoint"),
        "Headers": headers,
        "QueryParameters": part("QueryParameters").as_object().cloned().unwrap_or_default(),
        "Body": body,
        "TimeoutSeconds": SECONDS,
        "MostBytes": MOST_BYTES,
    }))
}

fn set(headers: &mut Map<String, Value>, name: &str, value: &str) {
    headers.retain(|other, _| !other.eq_ignore_ascii_case(name));
    headers.insert(name.to_owned(), value.into());
}

fn refused(error: &ServiceError) -> Failure {
    let (name, cause) = (error.code.as_str(), error.message.clone());
    let error = match name {
        "NoAnswer" => "States.Http.Socket",
        "ResponseTooLarge" => "States.DataLimitExceeded",
        "ConnectionNotAuthorized" => "Events.ConnectionResource.InvalidConnectionState",
        "ResourceNotFoundException" => "Events.ConnectionResource.ResourceNotFound",
        _ => return runtime(cause),
    };
    Failure { error: error.to_owned(), cause }
}

fn runtime(cause: String) -> Failure {
    Failure { error: "States.Runtime".to_owned(), cause }
}
