//! What a dead-letter queue is told of an invocation that failed for good.

use serde_json::{Map, Value, json};

use super::attempt::{Call, queue_url};
use super::{Failure, Invocation};
use crate::service::Scheduler;
use crate::target::Target;

impl Scheduler {
    /// Sends the call that failed to the target's dead-letter queue, where it has one; `condition` is the limit that was
    /// reached, if any was.
    ///
    /// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html>
    pub(super) async fn bury(
        &self,
        target: &Target,
        invocation: &Invocation,
        condition: Option<&'static str>,
    ) -> Result<(), Failure> {
        let (code, message) = match &invocation.failure {
            Some(failure) => (failure.code.as_str(), failure.message.as_str()),
            None => ("", ""),
        };
        let Some(queue) = &target.dead_letter_arn else {
            let (schedule, target) = (&invocation.arn, &target.arn);
            tracing::warn!(schedule, target, code, "an invocation failed, there is no dead-letter queue: {message}");
            return Ok(());
        };
        let retries = invocation.attempts.saturating_sub(1).to_string();
        let (execution, time) = (invocation.execution_id(), invocation.scheduled_at.to_rfc3339_seconds());
        let attributes: Map<String, Value> = [
            ("ERROR_CODE", Some(code)),
            ("ERROR_MESSAGE", Some(message)),
            ("EXECUTION_ID", Some(execution.as_str())),
            ("EXHAUSTED_RETRY_CONDITION", condition),
            ("IS_PAYLOAD_TRUNCATED", Some("false")),
            ("RETRY_ATTEMPTS", Some(retries.as_str())),
            ("SCHEDULED_TIME", Some(time.as_str())),
            ("SCHEDULE_ARN", Some(invocation.arn.as_str())),
            ("TARGET_ARN", Some(target.arn.as_str())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .map(|(name, value)| (name.to_owned(), json!({"DataType": "String", "StringValue": value})))
        .collect();
        let scope = &self.platform.scope;
        let body = Call::of(target, invocation, scope).input.to_string();
        let url = queue_url(scope, queue.rsplit(':').next().unwrap_or(queue));
        let call = json!({"QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes});
        self.platform.services.call("sqs", "SendMessage", call).await?;
        Ok(())
    }
}
