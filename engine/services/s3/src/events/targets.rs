//! Which queues, topics and functions want an event.

use s3s::dto::{EventList, NotificationConfiguration, NotificationConfigurationFilter};
use serde_json::json;

use super::Cause;

/// The ARNs to tell, each with the id of its configuration.
pub(super) fn wanting<'a>(
    configuration: &'a NotificationConfiguration,
    cause: Cause,
    key: &str,
) -> Vec<(&'a str, &'a str)> {
    all(configuration)
        .into_iter()
        .filter(|entry| entry.events.iter().any(|event| covers(event.as_ref(), cause)) && fits(entry.filter, key))
        .map(|entry| (entry.arn, entry.id))
        .collect()
}

/// A queue, a topic or a function that is told.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// What its ARN must name: `sqs`, `sns` or `lambda`.
    pub(super) service: &'static str,
    pub(super) arn: &'a str,
    pub(super) id: &'a str,
    pub(super) events: &'a EventList,
    pub(super) filter: Option<&'a NotificationConfigurationFilter>,
}

pub(super) fn all(configuration: &NotificationConfiguration) -> Vec<Entry<'_>> {
    let queues = configuration.queue_configurations.iter().flatten().map(|queue| Entry {
        service: "sqs",
        arn: &queue.queue_arn,
        id: queue.id.as_deref().unwrap_or_default(),
        events: &queue.events,
        filter: queue.filter.as_ref(),
    });
    let topics = configuration.topic_configurations.iter().flatten().map(|topic| Entry {
        service: "sns",
        arn: &topic.topic_arn,
        id: topic.id.as_deref().unwrap_or_default(),
        events: &topic.events,
        filter: topic.filter.as_ref(),
    });
    let functions = configuration.lambda_function_configurations.iter().flatten().map(|function| Entry {
        service: "lambda",
        arn: &function.lambda_function_arn,
        id: function.id.as_deref().unwrap_or_default(),
        events: &function.events,
        filter: function.filter.as_ref(),
    });
    queues.chain(topics).chain(functions).collect()
}

/// Whether `s3:ObjectCreated:*` or the like stands for it.
fn covers(pattern: &str, cause: Cause) -> bool {
    let name = cause.event_name();
    let pattern = pattern.strip_prefix("s3:").unwrap_or(pattern);
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

fn fits(filter: Option<&NotificationConfigurationFilter>, key: &str) -> bool {
    let rules = filter.and_then(|filter| filter.key.as_ref()).and_then(|key| key.filter_rules.as_ref());
    rules.into_iter().flatten().all(|rule| {
        let value = rule.value.as_deref().unwrap_or_default();
        let name = rule.name.as_ref().map(|name| name.as_str().to_ascii_lowercase());
        match name.as_deref() {
            Some("suffix") => key.ends_with(value),
            _ => key.starts_with(value),
        }
    })
}

/// The ARNs of all targets, and the message that tries out the queues and topics among them.
pub(crate) fn test_events(
    configuration: &NotificationConfiguration,
    bucket: &str,
    now: clock::Timestamp,
    request_id: &str,
) -> Vec<(String, String)> {
    let message = json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": now.to_rfc3339_millis(),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": request_id,
    });
    all(configuration).into_iter().map(|entry| (entry.arn.to_owned(), message.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_every_event_of_its_family() {
        assert!(covers("s3:ObjectCreated:*", Cause::Copy));
        assert!(covers("s3:ObjectRemoved:Delete", Cause::Delete));
        assert!(!covers("s3:ObjectRemoved:Delete", Cause::DeleteMarker));
        assert!(!covers("s3:ObjectCreated:*", Cause::LifecycleDelete));
    }
}
