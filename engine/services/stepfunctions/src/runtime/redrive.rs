//! Whether an execution can be redriven, and how it is.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html>

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;

use super::seats::Message;
use super::{Row, Runtime, journal, stopping};
use crate::arns::{self, MachineArn};

const DAY: u64 = 24 * 60 * 60;
/// As long after its end an execution can be redriven.
const PERIOD: Duration = Duration::from_secs(14 * DAY);
/// The longest that an execution may be open.
const LONGEST: Duration = Duration::from_secs(365 * DAY);
/// A redrive needs room for its own event and another.
const MOST_EVENTS: u64 = asl::MAX_HISTORY_EVENTS - 1;
/// As long a client token stands for its redrive.
const TOKEN_VALIDITY: Duration = Duration::from_secs(15 * 60);

/// Whether an execution can be redriven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Redrivability {
    Redrivable,
    /// A child of a map run, which goes on with its parent.
    ByMapRun,
    Not {
        reason: String,
    },
}

impl Redrivability {
    /// What the row tells by itself, at the moment of its latest change.
    pub(crate) fn of_status(row: &Row) -> Self {
        match row.status.as_str() {
            "RUNNING" | "SUCCEEDED" => {
                Self::Not { reason: format!("Execution is {} and cannot be redriven", row.status) }
            }
            _ if row.map_run.is_some() => Self::ByMapRun,
            _ => Self::Redrivable,
        }
    }

    /// The member `redriveStatus`.
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Redrivable => "REDRIVABLE",
            Self::ByMapRun => "REDRIVABLE_BY_MAP_RUN",
            Self::Not { .. } => "NOT_REDRIVABLE",
        }
    }

    /// The member `redriveStatusReason`.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Not { reason } => Some(reason),
            Self::Redrivable | Self::ByMapRun => None,
        }
    }
}

impl Runtime {
    /// Whether the execution can be redriven now.
    pub(crate) async fn redrivability(&self, row: &Row) -> Result<Redrivability, ServiceError> {
        let by_status = Redrivability::of_status(row);
        if matches!(by_status, Redrivability::Not { .. }) || arns::is_express(&row.arn) {
            return Ok(by_status);
        }
        let id = row.id;
        let newest = self.platform.store.read(move |connection| journal::events(connection, id, None, true, 1)).await?;
        let events = newest.first().and_then(|event| event["id"].as_u64()).unwrap_or(0);
        Ok(match self.objection(row, events, self.now()) {
            Some(reason) => Redrivability::Not { reason: reason.to_owned() },
            None => by_status,
        })
    }

    fn objection(&self, row: &Row, events: u64, now: Timestamp) -> Option<&'static str> {
        // A child's machine is its parent's, with the label of the Map state behind it.
        let machine = row.machine.split('/').next().unwrap_or_default();
        let machine = MachineArn::parse(machine).ok().and_then(|arn| self.machines.find(&arn.machine));
        if machine.is_none_or(|machine| machine.created_at > row.started_at) {
            Some("State machine is in DELETING status")
        } else if events >= MOST_EVENTS {
            Some("Execution history event limit exceeded")
        } else if row.started_at.plus(LONGEST) <= now {
            Some("Execution has exceeded the max execution time")
        } else if row.stopped_at.is_some_and(|stopped_at| stopped_at.plus(PERIOD) < now) {
            Some("Execution redrivable period exceeded")
        } else {
            None
        }
    }

    /// Redrives an execution; answers when that was, which is earlier than now for a token that came before. The inner
    /// error says why it can't be.
    pub(crate) async fn redrive(
        self: &Arc<Self>,
        row: Row,
        token: Option<&str>,
    ) -> Result<Result<Timestamp, String>, ServiceError> {
        let now = self.now();
        if let Some(at) = former(&row, token, now) {
            return Ok(Ok(at));
        }
        match self.redrivability(&row).await? {
            Redrivability::Redrivable => {}
            Redrivability::ByMapRun => {
                return Ok(Err("Execution is redrivable only by its Map Run: redrive the parent".to_owned()));
            }
            Redrivability::Not { reason } => return Ok(Err(reason)),
        }
        if self.deliver_redrive(row.id, token).await? {
            return Ok(Ok(now));
        }
        // Somebody else was faster.
        let row = self.find(&row.arn).await?.unwrap_or(row);
        match former(&row, token, now) {
            Some(at) => Ok(Ok(at)),
            None => Ok(Err(format!("Execution is {} and cannot be redriven", row.status))),
        }
    }

    /// Redrives without asking; false when the execution is not of a kind to be.
    pub(super) async fn deliver_redrive(self: &Arc<Self>, id: i64, token: Option<&str>) -> Result<bool, ServiceError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.post(id, Message::Redrive { token: token.map(str::to_owned), answer });
        answered.await.unwrap_or_else(|_| Err(stopping()))
    }
}

/// The redrive that the token stands for.
fn former(row: &Row, token: Option<&str>, now: Timestamp) -> Option<Timestamp> {
    let token = token?;
    let (_, at) = row.redrive_tokens.iter().find(|(known, _)| known == token)?;
    (at.plus(TOKEN_VALIDITY) >= now).then_some(*at)
}
