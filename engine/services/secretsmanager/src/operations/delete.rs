//! DeleteSecret and RestoreSecret.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::OfSecret;
use crate::service::Context;
use crate::{error, name, rows};

const DEFAULT_DAYS: i64 = 30;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    secret_id: String,
    recovery_window_in_days: Option<i64>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

/// Marks a secret for deletion after its recovery window, or deletes it at once.
pub(crate) fn delete(context: &Context<'_>, input: Input) -> Result<Value, ServiceError> {
    let forced = input.force_delete_without_recovery;
    if forced && input.recovery_window_in_days.is_some() {
        return Err(error::invalid_parameter(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        ));
    }
    let days = input.recovery_window_in_days.unwrap_or(DEFAULT_DAYS);
    if !(7..=30).contains(&days) {
        return Err(error::invalid_parameter(
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        ));
    }
    let found = rows::find(context.connection, context.scope, &input.secret_id, context.now);
    let mut entry = match found {
        Ok(entry) => entry,
        // As AWS does it: what is not there is as good as deleted.
        Err(failure) if forced && failure.code == "ResourceNotFoundException" => {
            return Ok(json!({
                "ARN": name::new_arn(context.scope, &input.secret_id),
                "Name": input.secret_id,
                "DeletionDate": context.now.as_epoch_seconds(),
            }));
        }
        Err(failure) => return Err(failure),
    };
    let mut answer = entry.secret.named();
    if forced {
        rows::delete(context.connection, &entry.secret.name)?;
        answer["DeletionDate"] = context.now.as_epoch_seconds().into();
        return Ok(answer);
    }
    if entry.secret.gone_at.is_some() {
        return Err(error::deleted());
    }
    let window = Duration::from_secs(86_400 * days.unsigned_abs());
    let gone_at = context.now.plus(window);
    entry.secret.gone_at = Some(gone_at);
    entry.put(context.connection)?;
    answer["DeletionDate"] = gone_at.as_epoch_seconds().into();
    Ok(answer)
}

pub(crate) fn restore(context: &Context<'_>, input: OfSecret) -> Result<Value, ServiceError> {
    let mut entry = rows::find(context.connection, context.scope, &input.secret_id, context.now)?;
    entry.secret.gone_at = None;
    entry.put(context.connection)?;
    Ok(entry.secret.named())
}
