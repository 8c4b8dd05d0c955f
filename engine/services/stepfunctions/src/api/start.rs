//! Starting executions.

use std::sync::Arc;

use asl::{Outcome, Payload, Seed};
use clock::Timestamp;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::input::{self, DATA_LIMIT, Input};
use crate::errors;
use crate::machines::Kind;
use crate::runtime::NewExecution;
use crate::service::StepFunctions;

pub(crate) async fn start(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let new = prepare(service, &input).await?;
    let (arn, started_at) = match new.seed.kind {
        Kind::Standard => service.runtime.start_standard(new).await?,
        Kind::Express => service.runtime.start_express(new).await?,
    };
    Ok(json!({"executionArn": &*arn, "startDate": started_at.as_epoch_seconds()}))
}

pub(crate) async fn start_sync(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let include = input.includes_data()?;
    let new = prepare(service, &input).await?;
    if new.seed.kind != Kind::Express {
        return Err(errors::type_not_supported());
    }
    let seed = new.seed.clone();
    let ended = service.runtime.run_express(new).await?;
    let took = ended.stopped_at.since(seed.started_at).as_millis();
    let mut answer = json!({
        "executionArn": &*seed.execution_arn,
        "stateMachineArn": &*seed.state_machine_arn,
        "name": &*seed.execution_name,
        "startDate": seed.started_at.as_epoch_seconds(),
        "stopDate": ended.stopped_at.as_epoch_seconds(),
        "status": match &ended.outcome {
            // What an Express execution is stopped by is no business of its caller's.
            Outcome::Aborted { .. } => "FAILED",
            outcome => outcome.status(),
        },
        "inputDetails": {"included": include},
        "billingDetails": {
            "billedMemoryUsedInMB": 64,
            "billedDurationInMilliseconds": u64::try_from(took.div_ceil(100).max(1) * 100).unwrap_or(u64::MAX),
        },
    });
    if include {
        answer["input"] = json!(&**seed.input.text());
    }
    match &ended.outcome {
        Outcome::Succeeded { output } => {
            if include {
                answer["output"] = json!(&**output.text());
            }
            answer["outputDetails"] = json!({"included": include});
        }
        Outcome::Failed { error, cause } | Outcome::TimedOut { error, cause } | Outcome::Aborted { error, cause } => {
            for (name, text) in [("error", error), ("cause", cause)] {
                if let Some(text) = text {
                    answer[name] = json!(&**text);
                }
            }
        }
    }
    Ok(answer)
}

/// A name for an execution that was given none: a UUID that begins with the time, so that the index of names grows at its
/// end instead of everywhere.
fn timely(random: Uuid, now: Timestamp) -> Uuid {
    let mut bytes = random.into_bytes();
    bytes[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

/// Reads the request and gathers what the execution is born with.
async fn prepare(service: &StepFunctions, input: &Input) -> Result<NewExecution, ServiceError> {
    let text = input.bounded("stateMachineArn", 256)?;
    let name = input.text("name")?;
    if let Some(name) = name {
        input::check_name(name)?;
    }
    let trace_header = input.optional_bounded("traceHeader", 0, 256)?.map(str::to_owned);
    let unique = Uuid::new_v4();
    let chosen = service.machines.choose(text, unique.as_u64_pair().0).await?;
    let given = input.text("input")?.unwrap_or("{}");
    if given.len() > DATA_LIMIT {
        let bound = format!("have length less than or equal to {DATA_LIMIT}");
        return Err(errors::constraint("'<input>'", "input", &bound));
    }
    let payload = Payload::parse(given).map_err(|error| errors::invalid_input(errors::not_json(given, error)))?;
    let started_at = service.platform.clock.now();
    let name = name.map_or_else(|| timely(unique, started_at).to_string(), str::to_owned);
    let machine = &chosen.machine;
    let resource = match machine.kind {
        Kind::Standard => format!("execution:{}:{name}", machine.name),
        Kind::Express => format!("express:{}:{name}:{}", machine.name, Uuid::new_v4()),
    };
    let seed = Seed {
        execution_arn: service.platform.scope.arn("states", resource).into(),
        execution_name: name.into(),
        role_arn: chosen.revision.role_arn.as_str().into(),
        state_machine_arn: machine.arn.as_str().into(),
        state_machine_name: machine.name.as_str().into(),
        state_machine_version_arn: chosen.version_arn.map(Into::into),
        state_machine_alias_arn: chosen.alias_arn.map(Into::into),
        started_at,
        redrive_count: 0,
        input: payload,
        kind: machine.kind,
    };
    Ok(NewExecution {
        seed,
        machine: chosen.revision.machine()?,
        revision: Arc::clone(&chosen.revision),
        trace_header,
        map_run: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_later_executions_come_later_and_look_like_any_other() {
        let (first, second) = (Uuid::from_u128(u128::MAX >> 1), Uuid::new_v4());
        let names = [
            timely(first, Timestamp::from_millis(1_800_000_000_000)),
            timely(second, Timestamp::from_millis(1_800_000_000_001)),
        ];
        assert!(names[0].to_string() < names[1].to_string());
        assert_eq!(names[1].get_version_num(), 4);
        assert_eq!(names[1].as_u64_pair().1, second.as_u64_pair().1);
    }
}
