//! Who is told of a bucket's objects.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};
use serde_json::json;
use service::{Arn, ServiceError};

use super::sent;
use crate::error;
use crate::events::{self, test_events};
use crate::storage::{Storage, new_id};

impl Storage {
    pub(crate) async fn put_bucket_notification_configuration(
        &self,
        request: S3Request<PutBucketNotificationConfigurationInput>,
    ) -> S3Result<S3Response<PutBucketNotificationConfigurationOutput>> {
        let sent = sent(&request.extensions);
        let PutBucketNotificationConfigurationInput {
            bucket,
            mut notification_configuration,
            skip_destination_validation,
            ..
        } = request.input;
        self.check_bucket(&bucket).await?;
        events::check(&notification_configuration, &sent.details)?;
        give_ids(&mut notification_configuration);
        if skip_destination_validation != Some(true) {
            for (target, message) in test_events(&notification_configuration, &bucket, self.now(), &sent.request_id) {
                self.try_out(&target, &message).await.map_err(|failure| {
                    tracing::warn!(target, %failure, "a notification's target can't be told");
                    sent.details.argument(&target, format!("The destination {} does not exist", kind_of(&target)));
                    error::invalid_argument("Unable to validate the following destination configurations")
                })?;
            }
        }
        self.configure(bucket, "notification", Some(&notification_configuration)).await?;
        Ok(S3Response::new(PutBucketNotificationConfigurationOutput {}))
    }

    pub(crate) async fn get_bucket_notification_configuration(
        &self,
        request: S3Request<GetBucketNotificationConfigurationInput>,
    ) -> S3Result<S3Response<GetBucketNotificationConfigurationOutput>> {
        let found: Option<NotificationConfiguration> = self.configuration(request.input.bucket, "notification").await?;
        let found = found.unwrap_or_default();
        Ok(S3Response::new(GetBucketNotificationConfigurationOutput {
            event_bridge_configuration: found.event_bridge_configuration,
            lambda_function_configurations: found.lambda_function_configurations,
            queue_configurations: found.queue_configurations,
            topic_configurations: found.topic_configurations,
        }))
    }

    /// Queues and topics get a message; that a function is there is enough.
    async fn try_out(&self, target: &str, message: &str) -> Result<(), ServiceError> {
        let arn: Arn = target.parse()?;
        if arn.service == "lambda" {
            self.platform.services.call("lambda", "GetFunction", json!({ "FunctionName": target })).await?;
            return Ok(());
        }
        self.send(target, message).await
    }
}

fn kind_of(target: &str) -> &'static str {
    match target.split(':').nth(2) {
        Some("sqs") => "queue",
        Some("sns") => "topic",
        _ => "Lambda",
    }
}

fn give_ids(configuration: &mut NotificationConfiguration) {
    let queues = configuration.queue_configurations.iter_mut().flatten().map(|queue| &mut queue.id);
    let topics = configuration.topic_configurations.iter_mut().flatten().map(|topic| &mut topic.id);
    let functions = configuration.lambda_function_configurations.iter_mut().flatten().map(|function| &mut function.id);
    for id in queues.chain(topics).chain(functions) {
        id.get_or_insert_with(new_id);
    }
}
