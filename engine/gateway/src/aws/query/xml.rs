//! Answers in XML.

use std::fmt::Write;

use serde_json::Value;
use service::ServiceError;

/// `<ActionResponse><ActionResult>…</ActionResult><ResponseMetadata>…`
pub(super) fn response(namespace: &str, action: &str, result: Option<&Value>, request_id: &str) -> String {
    let mut text = format!("<?xml version=\"1.0\"?><{action}Response xmlns=\"{namespace}\">");
    if let Some(result) = result {
        write_element(&mut text, &format!("{action}Result"), result);
    }
    let _ = write!(text, "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>");
    text
}

/// `<ErrorResponse><Error>…</Error><RequestId>…`
pub(crate) fn error(namespace: &str, code: &str, failure: &ServiceError, request_id: &str) -> String {
    // SNS leaves out what the others leave empty.
    let detail = if namespace.contains("//sns.") { "" } else { "<Detail/>" };
    let fault = if failure.is_server_fault() { "Receiver" } else { "Sender" };
    let (code, message) = (escaped(code), escaped(&failure.message));
    format!(
        "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"{namespace}\"><Error><Type>{fault}</Type><Code>{code}</Code>\
         <Message>{message}</Message>{detail}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
}

/// Lists repeat their element: their dialect has named it already (see [`super::sqs::output`]).
pub(crate) fn write_element(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| write_element(text, name, item)),
        Value::Object(members) => {
            let _ = write!(text, "<{name}>");
            members.iter().for_each(|(member, value)| write_element(text, member, value));
            let _ = write!(text, "</{name}>");
        }
        Value::String(content) => {
            let _ = write!(text, "<{name}>{}</{name}>", escaped(content));
        }
        other => {
            let _ = write!(text, "<{name}>{other}</{name}>");
        }
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A parser would turn it into a line feed.
            '\r' => escaped.push_str("&#xD;"),
            other => escaped.push(other),
        }
    }
    escaped
}
