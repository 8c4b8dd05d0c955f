//! Answers of workers and of those who hold a task token.

use asl::{Cause, Payload, Phase};
use serde_json::{Value, json};
use service::ServiceError;

use super::input::{DATA_LIMIT, Input};
use crate::errors;
use crate::service::StepFunctions;

pub(crate) async fn succeed(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let token = input.bounded("taskToken", 2048)?;
    let output = input.required_text("output")?;
    if output.len() > DATA_LIMIT {
        let bound = format!("have length less than or equal to {DATA_LIMIT}");
        return Err(errors::constraint("'<output>'", "output", &bound));
    }
    // A token that is none is told first, as AWS does.
    let parsed = || Payload::parse(output).map_err(|error| errors::invalid_output(errors::not_json(output, error)));
    let cause = |task| Ok(Cause::TaskSucceeded { task, output: parsed()? });
    service.runtime.answer_task(token, cause).await?;
    Ok(json!({}))
}

pub(crate) async fn fail(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let token = input.bounded("taskToken", 2048)?;
    let error = input.optional_bounded("error", 0, 256)?.map(str::to_owned);
    let cause = input.optional_bounded("cause", 0, 32_768)?.map(str::to_owned);
    service.runtime.answer_task(token, |task| Ok(Cause::TaskFailed { task, error, cause, phase: Phase::Run })).await?;
    Ok(json!({}))
}

pub(crate) async fn heartbeat(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let token = input.bounded("taskToken", 2048)?;
    service.runtime.answer_task(token, |task| Ok(Cause::TaskHeartbeat { task })).await?;
    Ok(json!({}))
}
