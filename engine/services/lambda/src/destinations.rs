//! Where the outcome of an asynchronous event goes: destinations and the dead-letter queue.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>

use serde_json::{Value, json};
use service::{Arn, ServiceError};

use crate::Lambda;
use crate::configuration::Function;
use crate::name::LATEST;
use crate::queue::Event;
use crate::runtime::Outcome;

/// An asynchronous event that has ended.
pub(crate) struct Delivery<'a> {
    pub function: &'a Function,
    pub event: &'a Event,
    /// `Success`, `RetriesExhausted` or `EventAgeExceeded`.
    pub condition: &'static str,
    pub outcome: &'a Outcome,
}

impl Lambda {
    /// Sends an ended event where the function's configuration says. What can't be delivered is logged, as AWS only counts it.
    pub(crate) async fn deliver(&self, delivery: Delivery<'_>) {
        let function = delivery.function;
        let destinations = function.event_invoke.as_ref().map(|config| &config.destination_config);
        let is_success = matches!(delivery.outcome, Outcome::Returned(_));
        let destination = destinations.and_then(|them| {
            if is_success { them.on_success.destination.as_ref() } else { them.on_failure.destination.as_ref() }
        });
        if let Some(arn) = destination {
            let sent = self.send_record(arn, &delivery).await;
            self.log_undelivered(&delivery, arn, sent);
        }
        let dead_letters = function.configuration.dead_letter_config.as_ref().and_then(|it| it.target_arn.as_ref());
        if let (Outcome::Failed(error), Some(arn)) = (delivery.outcome, dead_letters) {
            let sent = self.send_dead_letter(arn, &delivery, &error.value).await;
            self.log_undelivered(&delivery, arn, sent);
        }
    }

    async fn send_record(&self, arn: &str, delivery: &Delivery<'_>) -> Result<Value, ServiceError> {
        let record = record(delivery, self.platform.clock.now());
        let services = &self.platform.services;
        let target: Arn = arn.parse()?;
        match target.service.as_str() {
            "sqs" => self.send_message(&target, record.to_string(), json!({})).await,
            "lambda" => {
                let input = json!({ "FunctionName": arn, "InvocationType": "Event", "Payload": record });
                services.call("lambda", "Invoke", input).await
            }
            "events" => {
                let (outcome, function) = (delivery.outcome, &delivery.function.configuration.function_arn);
                let kind = if matches!(outcome, Outcome::Returned(_)) { "Success" } else { "Failure" };
                let entry = json!({
                    "EventBusName": arn,
                    "Source": "lambda",
                    "DetailType": format!("Lambda Function Invocation Result - {kind}"),
                    "Detail": record.to_string(),
                    "Resources": [arn, format!("{function}:{LATEST}")],
                });
                services.call("events", "PutEvents", json!({ "Entries": [entry] })).await
            }
            "sns" => services.call("sns", "Publish", json!({ "TopicArn": arn, "Message": record.to_string() })).await,
            _ => Err(ServiceError::validation(format!("no destination of an event can be {arn}"))),
        }
    }

    /// The event itself, with the error in attributes.
    async fn send_dead_letter(&self, arn: &str, delivery: &Delivery<'_>, error: &Value) -> Result<Value, ServiceError> {
        let text = |value: &str| json!({ "DataType": "String", "StringValue": value });
        let attributes = json!({
            "RequestID": text(&delivery.event.id),
            "ErrorCode": { "DataType": "Number", "StringValue": "200" },
            "ErrorMessage": text(&error["errorMessage"].as_str().unwrap_or_default().chars().take(1024).collect::<String>()),
        });
        let body = delivery.event.payload.to_string();
        let target: Arn = arn.parse()?;
        match target.service.as_str() {
            "sqs" => self.send_message(&target, body, attributes).await,
            _ => {
                let input = json!({ "TopicArn": arn, "Message": body, "MessageAttributes": attributes });
                self.platform.services.call("sns", "Publish", input).await
            }
        }
    }

    async fn send_message(&self, queue: &Arn, body: String, attributes: Value) -> Result<Value, ServiceError> {
        let services = &self.platform.services;
        let name = json!({ "QueueName": queue.resource, "QueueOwnerAWSAccountId": queue.account });
        let url = services.call("sqs", "GetQueueUrl", name).await?["QueueUrl"].take();
        let message = json!({ "QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes });
        services.call("sqs", "SendMessage", message).await
    }

    fn log_undelivered(&self, delivery: &Delivery<'_>, arn: &str, sent: Result<Value, ServiceError>) {
        if let Err(error) = sent {
            let function = &delivery.function.configuration.function_name;
            tracing::error!(function, event = delivery.event.id, destination = arn, %error, "an event's outcome is lost");
        }
    }
}

fn record(delivery: &Delivery<'_>, now: clock::Timestamp) -> Value {
    let (is_error, payload) = match delivery.outcome {
        Outcome::Returned(payload) => (false, &payload.value),
        Outcome::Failed(error) => (true, &error.value),
    };
    let mut record = json!({
        "version": "1.0",
        "timestamp": now.to_rfc3339_millis(),
        "requestContext": {
            "requestId": delivery.event.id,
            "functionArn": format!("{}:{LATEST}", delivery.function.configuration.function_arn),
            "condition": delivery.condition,
            "approximateInvokeCount": delivery.event.attempts,
        },
        "requestPayload": delivery.event.payload,
        "responseContext": { "statusCode": 200, "executedVersion": LATEST },
        "responsePayload": payload,
    });
    if is_error {
        record["responseContext"]["functionError"] = "Unhandled".into();
    }
    record
}
