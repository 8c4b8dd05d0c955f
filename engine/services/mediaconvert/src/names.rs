//! Names, ids and ARNs.

use ::service::{Arn, Scope, ServiceError};
use clock::Timestamp;

use crate::error::bad_request;

/// The queue that every account has.
pub(crate) const DEFAULT_QUEUE: &str = "Default";

/// `1671476818694-phptj0`: the moment in milliseconds, and what tells jobs of one millisecond apart.
pub(crate) fn job_id(now: Timestamp) -> String {
    const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let random = uuid::Uuid::new_v4().into_bytes();
    let suffix: String = random[..6].iter().map(|byte| char::from(LETTERS[usize::from(*byte) % 36])).collect();
    format!("{}-{suffix}", now.as_millis())
}

/// `jobs`, `queues`, `jobTemplates` or `presets`, and a name in it.
pub(crate) fn arn(scope: &Scope, collection: &str, name: &str) -> String {
    scope.arn("mediaconvert", format_args!("{collection}/{name}"))
}

/// The name in a name or an ARN of `collection`.
pub(crate) fn name_in(given: &str, collection: &str) -> String {
    match given.parse::<Arn>() {
        Ok(arn) if arn.service == "mediaconvert" => {
            let prefix = format!("{collection}/");
            arn.resource.strip_prefix(&prefix).unwrap_or(&arn.resource).to_owned()
        }
        _ => given.to_owned(),
    }
}

/// The collection and the name in an ARN.
pub(crate) fn of_arn(arn: &str) -> Result<(String, String), ServiceError> {
    let parsed = arn.parse::<Arn>().ok().filter(|parsed| parsed.service == "mediaconvert");
    let parts = parsed.as_ref().and_then(|parsed| parsed.resource.split_once('/'));
    let (collection, name) = parts.ok_or_else(|| bad_request(format!("/arn: Invalid ARN: {arn}")))?;
    Ok((collection.to_owned(), name.to_owned()))
}

/// Checks a name that a caller chose.
pub(crate) fn check(name: &str) -> Result<(), ServiceError> {
    if name.is_empty() || name.len() > 80 || name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        let reason = "a name has 1 to 80 characters and no slash";
        return Err(bad_request(format!("/name: {reason}: {name}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_named_by_its_name_or_its_arn() {
        let arn = arn(&Scope::default(), "queues", "slow");
        assert_eq!(name_in(&arn, "queues"), "slow");
        assert_eq!(name_in("slow", "queues"), "slow");
        assert_eq!(of_arn(&arn).expect("valid"), ("queues".to_owned(), "slow".to_owned()));
    }
}
