//! What integrations want of their parameters before a task is scheduled.

use super::parameter_names;
use crate::failure::Failure;
use crate::json::Value;
use crate::resource::{Resource, ResourceKind};

/// Headers that Step Functions sets itself or lets nobody set.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html>
const FORBIDDEN: &[&str] = &[
    "authorization",
    "connection",
    "content-md5",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
];

const FORBIDDEN_PREFIXES: &[&str] = &["x-forwarded-", "x-amz-", "x-amzn-"];

/// Members that are text in the API, and that may be given as a JSON object or array.
const JSON_TEXTS: &[(&str, &str, &str)] = &[
    ("lambda", "invoke", "Payload"),
    ("sns", "publish", "Message"),
    ("sqs", "sendMessage", "MessageBody"),
    ("states", "startExecution", "Input"),
];

/// Checks the evaluated parameters of a task.
pub(super) fn check(resource: &Resource, field: &str, parameters: &Value) -> Result<(), Failure> {
    let ResourceKind::Integration { service, action, .. } = &resource.kind else { return Ok(()) };
    let mut objections = match (&**service, &**action) {
        ("apigateway", "invoke") => of_api(parameters),
        ("http", "invoke") => of_address(parameters),
        _ => no_texts(service, action, parameters),
    };
    objections.extend(parameter_names::unsupported(&resource.kind, parameters));
    if objections.is_empty() {
        return Ok(());
    }
    Err(Failure::runtime(format!(
        "The {field} '{}' could not be used to start the Task: [{}]",
        parameters.to_text(),
        objections.join(", ")
    )))
}

fn of_api(parameters: &Value) -> Vec<String> {
    let mut objections = missing(parameters, &["ApiEndpoint", "Method"]);
    match parameters.get("Headers") {
        None | Some(Value::Null) => {}
        Some(Value::Object(headers)) if headers.values().all(is_list) => objections.extend(forbidden(headers.keys())),
        Some(_) => objections.push(malformed("Headers")),
    }
    match parameters.get("QueryParameters") {
        None | Some(Value::Null) => {}
        Some(Value::Object(parameters)) if parameters.values().all(is_list) => {}
        Some(_) => objections.push(malformed("QueryParameters")),
    }
    objections
}

fn of_address(parameters: &Value) -> Vec<String> {
    let mut objections = missing(parameters, &["ApiEndpoint", "Method"]);
    let connection = |member: &str| parameters.get(member).and_then(|part| part.get("ConnectionArn"));
    if connection("Authentication").or_else(|| connection("InvocationConfig")).is_none() {
        objections.push("The field 'ConnectionArn' is required but was missing".to_owned());
    }
    match parameters.get("Headers") {
        None | Some(Value::Null) => {}
        Some(Value::Object(headers)) => objections.extend(forbidden(headers.keys())),
        Some(_) => objections.push(malformed("Headers")),
    }
    objections
}

fn no_texts(service: &str, action: &str, parameters: &Value) -> Vec<String> {
    let texts = JSON_TEXTS.iter().filter(|(of, by, _)| (*of, *by) == (service, action)).map(|(.., member)| member);
    let is_none = |member: &&&str| matches!(parameters.get(member), Some(Value::Bool(_) | Value::Number(_)));
    texts.filter(is_none).map(|member| format!("The value for the field '{member}' must be a STRING")).collect()
}

fn missing(parameters: &Value, fields: &[&str]) -> Vec<String> {
    let absent = fields.iter().filter(|field| parameters.get(field).is_none_or(|value| *value == Value::Null));
    absent.map(|field| format!("The field '{field}' is required but was missing")).collect()
}

fn is_list(value: &Value) -> bool {
    matches!(value, Value::Array(items) if items.iter().all(|item| item.as_str().is_some()))
}

fn malformed(field: &str) -> String {
    format!("The value of the field '{field}' has an invalid format")
}

fn forbidden<'a>(names: impl Iterator<Item = &'a std::sync::Arc<str>>) -> Option<String> {
    let is_forbidden = |name: &str| {
        let name = name.to_ascii_lowercase();
        FORBIDDEN.contains(&name.as_str()) || FORBIDDEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let names: Vec<&str> = names.map(|name| &**name).filter(|name| is_forbidden(name)).collect();
    (!names.is_empty()).then(|| format!("The field 'Headers' has headers that may not be set: {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection(resource: &str, parameters: &str) -> Option<String> {
        let resource = Resource::parse(resource).expect("a resource");
        let parameters = Value::parse(parameters).expect("JSON");
        match check(&resource, "Parameters", &parameters) {
            Ok(()) => None,
            Err(Failure::Runtime(text)) => Some(text),
            Err(_) => Some("another failure".to_owned()),
        }
    }

    const API: &str = "arn:aws:states:::apigateway:invoke";
    const ADDRESS: &str = "arn:aws:states:::http:invoke";

    #[test]
    fn headers_of_an_api_are_lists_of_texts() {
        let of =
            |headers: &str| objection(API, &format!(r#"{{"ApiEndpoint":"a","Method":"GET","Headers":{headers}}}"#));
        assert_eq!(of(r#"{"custom":["1","2"]}"#), None);
        let objected = of(r#"{"custom":"1"}"#).expect("objected");
        assert!(objected.ends_with("[The value of the field 'Headers' has an invalid format]"), "{objected}");
        let objected = of(r#"{"Authorization":["1"]}"#).expect("objected");
        assert!(objected.contains("may not be set: Authorization"), "{objected}");
    }

    #[test]
    fn texts_may_be_json_but_neither_numbers_nor_booleans() {
        let of = |payload: &str| {
            objection("arn:aws:states:::lambda:invoke", &format!(r#"{{"FunctionName":"f","Payload":{payload}}}"#))
        };
        for given in [r#""text""#, r#"{"a":1}"#, "[1]", "null"] {
            assert_eq!(of(given), None, "{given}");
        }
        for given in ["1", "true"] {
            let objected = of(given).expect("objected");
            assert!(objected.ends_with("[The value for the field 'Payload' must be a STRING]"), "{objected}");
        }
    }

    #[test]
    fn an_address_needs_a_connection() {
        let objected = objection(ADDRESS, r#"{"ApiEndpoint":"https://a"}"#).expect("objected");
        assert!(
            objected.contains("[The field 'Method' is required but was missing, The field 'ConnectionArn' is required"),
            "{objected}"
        );
        let whole = r#"{"ApiEndpoint":"https://a","Method":"GET","Authentication":{"ConnectionArn":"c"}}"#;
        assert_eq!(objection(ADDRESS, whole), None);
    }
}
