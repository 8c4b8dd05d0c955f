//! What an optimized integration has to be given.

use crate::machine::{Fields, QueryLanguage};
use crate::resource::ResourceKind;

/// Integrations and the parameters that AWS asks for when a machine is made.
const REQUIRED: &[(&str, &str, &[&str])] = &[
    ("lambda", "invoke", &["FunctionName"]),
    ("dynamodb", "getItem", &["TableName", "Key"]),
    ("dynamodb", "putItem", &["TableName", "Item"]),
    ("dynamodb", "updateItem", &["TableName", "Key"]),
    ("dynamodb", "deleteItem", &["TableName", "Key"]),
    ("events", "putEvents", &["Entries"]),
    ("sns", "publish", &["Message"]),
    ("sqs", "sendMessage", &["QueueUrl", "MessageBody"]),
    ("states", "startExecution", &["StateMachineArn"]),
];

/// Reports the first parameter that is missing.
pub(super) fn check(fields: &Fields<'_>, resource: &ResourceKind) {
    let ResourceKind::Integration { service, action, .. } = resource else {
        return;
    };
    let Some((_, _, required)) = REQUIRED.iter().find(|(of, does, _)| *of == &**service && *does == &**action) else {
        return;
    };
    let field = match fields.language {
        QueryLanguage::JsonPath => "Parameters",
        QueryLanguage::Jsonata => "Arguments",
    };
    // What an expression, or the input itself, will have is not known yet.
    let Some(given) = fields.get(field).filter(|value| value.as_object().is_some()) else {
        return;
    };
    let Some(given) = fields.nested(given, fields.at(field)) else {
        return;
    };
    if let Some(missing) = required.iter().find(|name| !given.has(name) && !given.has(&format!("{name}.$"))) {
        given.problem(format!("The field '{missing}' is required but was missing"));
    }
}
