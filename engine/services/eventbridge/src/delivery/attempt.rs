//! One call of a target, and of the dead-letter queue in its place.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use event_pattern::Parameters;
use serde_json::{Map, Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::{Delivery, Failure};
use crate::envelope::Envelope;
use crate::names;
use crate::routing::Routed;
use crate::rule::Rule;
use crate::service::EventBridge;
use crate::target::{Destination, Target};

/// The namespace of the names of executions.
const EXECUTIONS: Uuid = Uuid::from_u128(0x8b0c_4f0d_6f52_4b8e_9d55_7a4f_2a61_c3e7);

impl EventBridge {
    /// What a target gets of an event. A template that makes no JSON delivers nothing, as on AWS.
    pub(super) fn input(rule: &Rule, target: &Target, delivery: &Delivery) -> Option<String> {
        let ingestion_time = || delivery.accepted_at.to_rfc3339_seconds();
        let input = target.render(&delivery.event, &rule.arn, &rule.record.name, ingestion_time);
        if input.is_none() {
            tracing::warn!(
                rule = rule.arn,
                target = target.id,
                "the input template made no JSON: nothing is delivered"
            );
        }
        input
    }

    /// Calls the target.
    pub(super) async fn attempt(&self, rule: &Rule, target: &Target, delivery: &Delivery) -> Result<(), Failure> {
        let Some(input) = Self::input(rule, target, delivery) else { return Ok(()) };
        let services = &self.platform.services;
        match &target.destination {
            Destination::Function => {
                let payload: Value = serde_json::from_str(&input).unwrap_or(Value::String(input));
                let call = json!({"FunctionName": target.arn, "InvocationType": "Event", "Payload": payload});
                services.call("lambda", "Invoke", call).await?;
            }
            Destination::StateMachine => {
                let name = execution_name(rule, target, &delivery.event);
                let call = json!({"stateMachineArn": target.arn, "name": name, "input": input});
                match services.call("states", "StartExecution", call).await {
                    // An earlier attempt started it, and its answer was lost.
                    Err(error) if error.code == "ExecutionAlreadyExists" => {}
                    outcome => drop(outcome?),
                }
            }
            Destination::Queue { name, group } => {
                let mut call = json!({"QueueUrl": self.queue_url(name), "MessageBody": input});
                if let Some(group) = group {
                    call["MessageGroupId"] = group.text(&delivery.event_value()).unwrap_or_default().into();
                }
                services.call("sqs", "SendMessage", call).await?;
            }
            Destination::Topic => {
                services.call("sns", "Publish", json!({"TopicArn": target.arn, "Message": input})).await?;
            }
            Destination::DeliveryStream { name } => {
                let record = json!({"Data": BASE64_STANDARD.encode(input)});
                services.call("firehose", "PutRecord", json!({"DeliveryStreamName": name, "Record": record})).await?;
            }
            Destination::LogGroup { name } => self.log(name, rule, input).await?,
            Destination::Bus { name, account } => self.forward(name, account, &target.arn, delivery).await?,
            Destination::Api { parameters } => {
                let resolve = |parameters: &Parameters| parameters.resolve(&delivery.event_value());
                let parameters = parameters.as_ref().map(resolve).unwrap_or_default();
                self.deliver_to_destination(&target.arn, &parameters, input).await?;
            }
            // Routing has written it into the archive already.
            Destination::Archive { .. } => {}
        }
        Ok(())
    }

    /// Puts the event, envelope and all, on another bus. As on AWS an event goes from one bus to another only once, so that
    /// buses that lead to each other don't send it round for ever.
    ///
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html>
    ///
    /// The bus of another account is the one of that name here, and its policy has to admit this account.
    async fn forward(&self, bus: &str, account: &str, arn: &str, delivery: &Delivery) -> Result<(), Failure> {
        self.check_admitted(bus, account, arn)?;
        let envelope = Envelope::from_json(&delivery.event).map_err(|failure| {
            ServiceError::server("InternalException", format!("a stored event is damaged: {failure}"))
        })?;
        if delivery.forwarded {
            return Err(Failure {
                code: "THIRD_ACCOUNT_HOP_DETECTED".to_owned(),
                message: format!(
                    "Event ingestion rejected for event {} because an event can be sent to an event bus target only once.",
                    envelope.id
                ),
                retryable: false,
                retry_after: None,
            });
        }
        let mut routed = Routed::default();
        self.route_forwarded(bus, &envelope, &mut routed);
        Ok(self.accept_events(routed).await?)
    }

    /// Refuses to put events on the bus of another account whose policy does not admit this one.
    pub(crate) fn check_admitted(&self, bus: &str, account: &str, arn: &str) -> Result<(), ServiceError> {
        let registry = self.registry();
        let policy = registry.bus(bus)?.record.policy.as_ref();
        let own = &self.platform.scope.account;
        // A policy is written for the ARN that the bus has here.
        let here = names::bus_arn(&self.platform.scope, bus);
        if account == own || policy.is_some_and(|it| it.admits(own, arn) || it.admits(own, &here)) {
            return Ok(());
        }
        Err(ServiceError::client(
            "AccessDeniedException",
            format!(
                "User: arn:aws:iam::{own}:root is not authorized to perform: events:PutEvents on resource: {arn} because \
                 no resource-based policy allows the events:PutEvents action"
            ),
        ))
    }

    /// Sends the event to the target's dead-letter queue, where it has one.
    ///
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
    pub(super) async fn bury(
        &self,
        rule: &Rule,
        target: &Target,
        delivery: &Delivery,
        condition: Option<&'static str>,
    ) -> Result<(), Failure> {
        let failure = delivery.failure.clone().unwrap_or(Failure {
            code: "ERROR_FROM_TARGET".to_owned(),
            message: String::new(),
            retryable: false,
            retry_after: None,
        });
        let Some(queue) = &target.dead_letter_arn else {
            let Failure { code, message, .. } = failure;
            tracing::warn!(
                rule = rule.arn,
                target = target.arn,
                code,
                "an event was dropped, there is no dead-letter queue: {message}"
            );
            return Ok(());
        };
        let retries = delivery.attempts.saturating_sub(1).to_string();
        let attributes: Map<String, Value> = [
            ("RULE_ARN", Some(rule.arn.as_str())),
            ("TARGET_ARN", Some(target.arn.as_str())),
            ("ERROR_CODE", Some(failure.code.as_str())),
            ("ERROR_MESSAGE", Some(failure.message.as_str()).filter(|message| !message.is_empty())),
            ("EXHAUSTED_RETRY_CONDITION", condition),
            ("RETRY_ATTEMPTS", Some(retries.as_str())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!({"DataType": "String", "StringValue": value?}))))
        .collect();
        let url = self.queue_url(queue.rsplit(':').next().unwrap_or(queue));
        let call = json!({"QueueUrl": url, "MessageBody": &*delivery.event, "MessageAttributes": attributes});
        self.platform.services.call("sqs", "SendMessage", call).await?;
        Ok(())
    }

    /// The URL of a queue of this account; SQS looks at its last two segments only.
    pub(super) fn queue_url(&self, name: &str) -> String {
        format!("https://sqs.{}.amazonaws.com/{}/{name}", self.platform.scope.region, self.platform.scope.account)
    }
}

/// The same for each attempt of a delivery, so that Step Functions starts one execution however often it is asked; another
/// for each replay of the event.
fn execution_name(rule: &Rule, target: &Target, event: &str) -> String {
    let envelope: Value = serde_json::from_str(event).unwrap_or_default();
    let id = envelope["id"].as_str().unwrap_or_default();
    let replay = envelope["replay-name"].as_str().unwrap_or_default();
    let delivery = format!("{id}\n{replay}\n{}\n{}", rule.arn, target.id);
    format!("{id}_{}", Uuid::new_v5(&EXECUTIONS, delivery.as_bytes()))
}
