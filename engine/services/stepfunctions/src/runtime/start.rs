//! The birth of a Standard execution.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use asl::{Cause, Payload, Seed};
use clock::Timestamp;
use service::ServiceError;
use tokio::sync::oneshot;

use super::journal::{self, ChildEnded};
use super::rows::{self, Row};
use super::running::{Batch, Running};
use super::{NewExecution, Runtime, status_changes, stopping};
use crate::errors;
use crate::machines::{Kind, Revision};

/// What became of a start.
enum Birth {
    Born(Vec<ChildEnded>),
    /// The same start came before, and its execution still runs.
    Known(Timestamp),
    Refused,
}

impl Runtime {
    /// Starts an execution; answers its ARN and when it started, once that is durable. The same name and input while it
    /// runs is the same execution.
    pub(crate) async fn start_standard(
        self: &Arc<Self>,
        new: NewExecution,
    ) -> Result<(Arc<str>, Timestamp), ServiceError> {
        let (answer, answered) = oneshot::channel();
        let runtime = Arc::clone(self);
        // On a task of its own: a caller that goes away must not leave it half started.
        self.platform.spawn(async move { runtime.give_birth(new, answer).await });
        answered.await.unwrap_or_else(|_| Err(stopping()))
    }

    async fn give_birth(
        self: Arc<Self>,
        new: NewExecution,
        answer: oneshot::Sender<Result<(Arc<str>, Timestamp), ServiceError>>,
    ) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.reserve(id);
        let (arn, started_at) = (Arc::clone(&new.seed.execution_arn), new.seed.started_at);
        let row = row(id, &new);
        let log = self.log_of(&new.revision, &new.seed);
        let mut running = Box::new(Running::new(id, new.machine, new.seed));
        running.log = log;
        let mut batch = Batch::default();
        let mut append = match running.apply_all(vec![Cause::Start], started_at, &self.activities, &mut batch) {
            Some(_) => running.append(&mut batch, self.now()),
            None => {
                batch = Batch::default();
                running.broken(started_at)
            }
        };
        // What ends as it is born is written once.
        let ended = append.ended.take().map(|end| row.ended(end));
        let over = ended.is_some();
        let tells = self.tells_changes().await;
        let written = self.platform.store.write(move |connection| {
            if !rows::insert(connection, ended.as_ref().unwrap_or(&row))? {
                return Ok(match rows::find(connection, &row.arn)? {
                    Some(known) if known.status == "RUNNING" && known.input == row.input => {
                        Birth::Known(known.started_at)
                    }
                    _ => Birth::Refused,
                });
            }
            if tells {
                std::iter::once(&row).chain(&ended).try_for_each(|row| status_changes::write(connection, row))?;
            }
            Ok::<_, ServiceError>(Birth::Born(journal::write(connection, &append, tells)?))
        });
        let result = match written.await {
            Ok(Birth::Born(ended)) => {
                let _ = answer.send(Ok((Arc::clone(&arn), started_at)));
                self.tell(ended);
                if tells {
                    self.publisher.nudge();
                }
                self.timers.set(id, running.ledger.wake_at().filter(|_| !over));
                running.write_log(&mut batch);
                self.perform(&running, batch);
                if over {
                    self.ends.announce(&arn);
                    self.retention.ended(started_at);
                }
                // Without a state, the seat finds in the store that the execution has ended.
                let running = (!over).then_some(running);
                return self.settle(id, running).await;
            }
            Ok(Birth::Known(started_at)) => Ok((arn, started_at)),
            Ok(Birth::Refused) => Err(errors::execution_exists(&arn)),
            Err(error) => Err(error),
        };
        self.release(id);
        let _ = answer.send(result);
    }
}

fn row(id: i64, new: &NewExecution) -> Row {
    let seed = &new.seed;
    let owned = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
    Row {
        id,
        arn: seed.execution_arn.to_string(),
        name: seed.execution_name.to_string(),
        machine: seed.state_machine_arn.to_string(),
        revision: new.revision.id,
        version: owned(&seed.state_machine_version_arn),
        alias: owned(&seed.state_machine_alias_arn),
        status: "RUNNING".to_owned(),
        started_at: seed.started_at,
        stopped_at: None,
        input: super::text_of(&seed.input),
        output: None,
        error: None,
        cause: None,
        trace_header: new.trace_header.clone(),
        map_run: new.map_run.as_ref().map(|place| place.run.clone()),
        location: new.map_run.as_ref().map(|place| place.location.clone()),
        redrive_count: 0,
        redrive_date: None,
        redrive_tokens: new
            .map_run
            .as_ref()
            .and_then(|place| place.token.clone())
            .map(|token| (token, seed.started_at))
            .into_iter()
            .collect(),
        items: new.map_run.as_ref().map(|place| place.items),
        pending_from: None,
    }
}

/// What an execution was born with, from the store.
pub(super) fn seed(row: &Row, revision: &Revision) -> Result<Seed, ServiceError> {
    let name = row.machine.rsplit(':').next().unwrap_or_default();
    let input = Payload::parse(&row.input).map_err(|error| {
        ServiceError::server("InternalFailure", format!("the input of {} is damaged: {error}", row.arn))
    })?;
    Ok(Seed {
        execution_arn: row.arn.as_str().into(),
        execution_name: row.name.as_str().into(),
        role_arn: revision.role_arn.as_str().into(),
        state_machine_arn: row.machine.as_str().into(),
        state_machine_name: name.into(),
        state_machine_version_arn: row.version.as_deref().map(Into::into),
        state_machine_alias_arn: row.alias.as_deref().map(Into::into),
        started_at: row.started_at,
        redrive_count: 0,
        input,
        kind: Kind::Standard,
    })
}
