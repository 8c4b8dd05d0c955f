//! `arn:aws:states:::mediaconvert:createJob`, also with `.sync`.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-mediaconvert.html>

use asl::Payload;
use serde_json::{Map, Value};

use super::envelope::{self, Headers};
use super::failure::{Failure, MEDIACONVERT};
use super::{Attempt, payload};

/// Creates a job.
pub(super) async fn create_job(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let request = attempt.parameters();
    let answer = attempt.platform.services.call("mediaconvert", "CreateJob", Value::Object(request)).await;
    let answer = match answer.map_err(|error| MEDIACONVERT.failure(&error))? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let length = Value::Object(answer.clone()).to_string().len();
    let id = uuid::Uuid::new_v4().to_string();
    let content = ("application/json", length);
    let headers = Headers::new("Connection", ("x-amzn-RequestId", &id), content, attempt.platform.clock.now());
    Ok(payload(&envelope::wrap(answer, &headers, 201, &id)))
}
