//! What a target is told of the invocation: the keywords in its input, or a notification in place of one.

use ::service::Scope;
use serde_json::json;

use super::Invocation;

/// Replaces the keywords in `input`.
///
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>
pub(super) fn fill_in(input: &str, invocation: &Invocation) -> String {
    if !input.contains("<aws.scheduler.") {
        return input.to_owned();
    }
    input
        .replace("<aws.scheduler.schedule-arn>", &invocation.arn)
        .replace("<aws.scheduler.scheduled-time>", &invocation.scheduled_at.to_rfc3339_seconds())
        .replace("<aws.scheduler.execution-id>", &invocation.execution_id())
        .replace("<aws.scheduler.attempt-number>", &invocation.attempts.to_string())
}

/// What a templated target gets when it has no input.
pub(super) fn notification(scope: &Scope, invocation: &Invocation) -> String {
    json!({
        "version": "0",
        "id": invocation.name(),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": scope.account,
        "time": invocation.scheduled_at.to_rfc3339_seconds(),
        "region": scope.region,
        "resources": [invocation.arn],
        "detail": "{}",
    })
    .to_string()
}
