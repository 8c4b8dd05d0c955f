//! What a platform gets of a message: pure.

use serde_json::{Map, Value, json};
use service::ServiceError;

use crate::error;

/// Bytes that a platform takes.
fn limit(platform: &str) -> usize {
    match platform {
        "APNS_VOIP" | "APNS_VOIP_SANDBOX" => 5120,
        "ADM" => 6144,
        "MPNS" => 3072,
        "WNS" => 5000,
        // APNs and FCM take 4096 bytes, and so do those that say nothing else.
        _ => 4096,
    }
}

/// The payload of `message` for `platform`: that which a structured message has for it, or else its text in the form in
/// which the platform shows a text.
///
/// # Errors
/// A structured message that has nothing for the platform, or whose payload is no JSON object or too long.
pub(super) fn payload(platform: &str, message: &str, structure: Option<&str>) -> Result<Value, ServiceError> {
    let malformed = |what: &str| {
        error::invalid_parameter(format!("Message Reason: Invalid notification for protocol {platform}: {what}"))
    };
    let payload = match structure {
        None => wrapped(platform, message),
        Some("json") => {
            let parsed: Map<String, Value> = serde_json::from_str(message)
                .map_err(|_| error::invalid_parameter("Message Structure - JSON message body failed to parse"))?;
            match (parsed.get(platform).and_then(Value::as_str), parsed.get("default").and_then(Value::as_str)) {
                (Some(own), _) => {
                    let own: Value = serde_json::from_str(own).map_err(|_| malformed("Notification is malformed"))?;
                    if !own.is_object() {
                        return Err(malformed("Notification is malformed"));
                    }
                    own
                }
                (None, Some(text)) => wrapped(platform, text),
                (None, None) => {
                    let reason = format!("JSON must contain an entry for 'default' or '{platform}'.");
                    return Err(error::invalid_parameter(reason));
                }
            }
        }
        Some(_) => return Err(error::invalid_parameter("MessageStructure")),
    };
    if payload.to_string().len() > limit(platform) {
        return Err(malformed("Notification is too long"));
    }
    Ok(payload)
}

/// A text as the platform shows it.
fn wrapped(platform: &str, text: &str) -> Value {
    match platform {
        "APNS" | "APNS_SANDBOX" | "APNS_VOIP" | "APNS_VOIP_SANDBOX" | "MACOS" | "MACOS_SANDBOX" => {
            json!({ "aps": { "alert": text } })
        }
        _ => json!({ "data": { "default": text } }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_gets_its_own_part_of_a_structured_message() {
        let message = json!({
            "default": "hello",
            "APNS": json!({"aps": {"alert": {"title": "Due", "body": "milk"}, "badge": 1}}).to_string(),
        });
        let of = |platform| payload(platform, &message.to_string(), Some("json"));
        assert_eq!(of("APNS"), Ok(json!({"aps": {"alert": {"title": "Due", "body": "milk"}, "badge": 1}})));
        assert_eq!(of("GCM"), Ok(json!({"data": {"default": "hello"}})));
        assert_eq!(payload("APNS_SANDBOX", "hi", None), Ok(json!({"aps": {"alert": "hi"}})));
    }

    #[test]
    fn what_a_platform_would_refuse_is_refused() {
        let refused = |message: Value| {
            let refused = payload("GCM", &message.to_string(), Some("json")).expect_err("refused");
            refused.message.trim_start_matches("Invalid parameter: ").to_owned()
        };
        assert_eq!(refused(json!({"APNS": "{}"})), "JSON must contain an entry for 'default' or 'GCM'.");
        let protocol = "Message Reason: Invalid notification for protocol GCM: ";
        assert_eq!(refused(json!({"GCM": "{"})), format!("{protocol}Notification is malformed"));
        assert_eq!(refused(json!({"GCM": "7"})), format!("{protocol}Notification is malformed"));
        assert_eq!(refused(json!({"default": "x".repeat(4096)})), format!("{protocol}Notification is too long"));
    }
}
