//! A batch's way to the function.

use std::sync::Weak;

use async_trait::async_trait;
use consumer::{Failure, GivenUp, Outcome, Record, Stage};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Mapping;
use crate::Lambda;
use crate::name::LATEST;
use crate::runtime;

/// A mapping, as what takes the batches of its source.
pub(super) struct ToFunction {
    pub lambda: Weak<Lambda>,
    pub mapping: Mapping,
    pub function_arn: String,
}

#[async_trait]
impl Stage for ToFunction {
    async fn pass(&self, records: &[Record]) -> Outcome {
        let Some(lambda) = self.lambda.upgrade() else {
            return Outcome::Failed(Failure { is_internal: true, ..Failure::new("the engine stops") });
        };
        let outcome = self.invoke(&lambda, records).await;
        lambda.mappings.note_result(&self.mapping.uuid, matches!(outcome, Outcome::Done));
        outcome
    }

    fn dead_letter(&self, given_up: &GivenUp<'_>) -> Map<String, Value> {
        let mut letter = json!({
            "requestContext": {
                "requestId": given_up.response.get("requestId"),
                "functionArn": self.function_arn,
                "condition": given_up.condition.as_str(),
                "approximateInvokeCount": given_up.attempts,
            },
        });
        if let Some(context) = given_up.response.get("responseContext") {
            letter["responseContext"] = context.clone();
        }
        letter.as_object_mut().map(std::mem::take).unwrap_or_default()
    }
}

impl ToFunction {
    async fn invoke(&self, lambda: &Lambda, records: &[Record]) -> Outcome {
        let function = match lambda.functions.get(&self.mapping.function) {
            Ok(function) => function,
            Err(missing) => return Outcome::Failed(missing.into()),
        };
        let payload = json!({"Records": records.iter().map(|record| &record.value).collect::<Vec<_>>()});
        let request_id = Uuid::new_v4().to_string();
        let (outcome, _) = lambda.run(&function, request_id.clone(), payload, None).await;
        let failed = |reason: String, error: Option<&str>| {
            let mut response = json!({
                "requestId": request_id, "responseContext": {"statusCode": 200, "executedVersion": LATEST},
            });
            response["responseContext"]["functionError"] = error.into();
            Outcome::Failed(Failure { response, ..Failure::new(reason) })
        };
        match outcome {
            runtime::Outcome::Failed(error) => failed(error.value.to_string(), Some("Unhandled")),
            runtime::Outcome::Returned(answer) if self.mapping.reports_failures() => {
                match consumer::reported(&answer.value, records) {
                    Err(failure) => failed(failure.reason, None),
                    Ok(indexes) => self.partial(indexes),
                }
            }
            runtime::Outcome::Returned(_) => Outcome::Done,
        }
    }

    fn partial(&self, failed: Vec<usize>) -> Outcome {
        let reason = "the function reported batchItemFailures".to_owned();
        match failed.first() {
            None => Outcome::Done,
            // A stream is repeated from the first record that failed, in order.
            Some(index) if self.mapping.is_stream() => Outcome::From { index: *index, reason },
            Some(_) => Outcome::Partial { failed, reason },
        }
    }
}
