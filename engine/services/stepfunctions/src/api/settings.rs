//! What is set on machines and activities besides what they do: logging, tracing, encryption.

use serde_json::{Map, Value, json};
use service::ServiceError;

use super::input::{Input, wrong_type};
use crate::errors;

const LEVELS: &[&str] = &["ALL", "ERROR", "FATAL", "OFF"];
const KEYS: &[&str] = &["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"];

/// `loggingConfiguration`, if it is given: of the right shape, whether or not it can be followed.
pub(super) fn logging(input: &Input) -> Result<Option<&Value>, ServiceError> {
    let name = "loggingConfiguration";
    let Some(given) = input.structure(name)? else { return Ok(None) };
    one_of(given, name, "level", LEVELS)?;
    if !matches!(given.get("includeExecutionData"), None | Some(Value::Null | Value::Bool(_))) {
        return Err(wrong_type("loggingConfiguration.includeExecutionData", "a boolean"));
    }
    if !matches!(given.get("destinations"), None | Some(Value::Null | Value::Array(_))) {
        return Err(wrong_type("loggingConfiguration.destinations", "a list"));
    }
    Ok(input.get(name))
}

/// Whether `tracingConfiguration` switches tracing on, if it is given.
pub(super) fn tracing(input: &Input) -> Result<Option<bool>, ServiceError> {
    match input.structure("tracingConfiguration")?.map(|given| given.get("enabled")) {
        None => Ok(None),
        Some(None | Some(Value::Null)) => Ok(Some(false)),
        Some(Some(Value::Bool(enabled))) => Ok(Some(*enabled)),
        Some(Some(_)) => Err(wrong_type("tracingConfiguration.enabled", "a boolean")),
    }
}

/// Whether `encryptionConfiguration` is given. There is one kind of key: that of the engine.
pub(super) fn encryption(input: &Input) -> Result<bool, ServiceError> {
    let name = "encryptionConfiguration";
    let Some(given) = input.structure(name)? else { return Ok(false) };
    let invalid = |reason: &str| {
        ServiceError::client("InvalidEncryptionConfiguration", format!("Invalid Encryption Configuration: '{reason}'"))
    };
    match one_of(given, name, "type", KEYS)? {
        None => Err(errors::missing("encryptionConfiguration.type")),
        Some("CUSTOMER_MANAGED_KMS_KEY") => Err(invalid(
            "sluice has no KMS, so there are no keys of the type CUSTOMER_MANAGED_KMS_KEY; use AWS_OWNED_KEY",
        )),
        Some(_) if ["kmsKeyId", "kmsDataKeyReusePeriodSeconds"].iter().any(|of_kms| given.contains_key(*of_kms)) => {
            Err(invalid("kmsKeyId and kmsDataKeyReusePeriodSeconds need the type CUSTOMER_MANAGED_KMS_KEY"))
        }
        Some(_) => Ok(true),
    }
}

/// What descriptions tell of the encryption.
pub(super) fn described_encryption() -> Value {
    json!({"type": "AWS_OWNED_KEY"})
}

fn one_of(
    given: &Map<String, Value>,
    structure: &str,
    member: &str,
    values: &[&'static str],
) -> Result<Option<&'static str>, ServiceError> {
    let name = format!("{structure}.{member}");
    match given.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            let found = values.iter().find(|value| **value == text).copied();
            let set = || format!("satisfy enum value set: [{}]", values.join(", "));
            found.map(Some).ok_or_else(|| errors::constraint(&format!("'{text}'"), &name, &set()))
        }
        Some(_) => Err(wrong_type(&name, "a string")),
    }
}
