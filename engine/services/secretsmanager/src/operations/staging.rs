//! UpdateSecretVersionStage.

use serde::Deserialize;
use serde_json::Value;
use service::ServiceError;

use super::change;
use crate::secret::CURRENT;
use crate::service::Context;
use crate::{error, stages};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    secret_id: String,
    version_stage: String,
    remove_from_version_id: Option<String>,
    move_to_version_id: Option<String>,
}

/// Moves a label, or takes it away. Who moves one says where it is, so that two who move it don't undo each other.
pub(crate) fn update(context: &Context<'_>, input: Input) -> Result<Value, ServiceError> {
    let stage = &input.version_stage;
    let (_, answer) = change(context, &input.secret_id, |entry| {
        for id in [&input.remove_from_version_id, &input.move_to_version_id].into_iter().flatten() {
            if entry.version(id).is_none() {
                return Err(error::no_value("VersionId", id));
            }
        }
        let holder = entry.staged(stage).map(|version| version.id.clone());
        if holder != input.remove_from_version_id && holder != input.move_to_version_id {
            let holder = holder.unwrap_or_default();
            return Err(error::invalid_parameter(match &input.remove_from_version_id {
                None => format!(
                    "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to \
                     version {holder}, so you must explicitly reference that version in RemoveFromVersionId."
                ),
                Some(other) => format!(
                    "Staging label {stage} is not attached to version {other}. It is currently attached to version {holder}."
                ),
            }));
        }
        match &input.move_to_version_id {
            Some(to) => stages::give(&mut entry.versions, to, stage),
            None if stage == CURRENT => {
                return Err(error::invalid_parameter(format!(
                    "You can only move staging label {CURRENT} to a different secret version. It can’t be completely removed."
                )));
            }
            None => {
                for version in &mut entry.versions {
                    stages::take(version, stage);
                }
            }
        }
        stages::prune(&mut entry.versions);
        Ok(())
    })?;
    Ok(answer)
}
