//! Express executions that nobody waits for: at least once, as on AWS, so an accepted start outlives a crash.

use std::sync::{Arc, PoisonError};

use asl::{Outcome, Payload, Seed};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use store::rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::{NewExecution, Runtime, stopping};
use crate::machines::Kind;

/// What is kept of a start until the execution has ended.
#[derive(Serialize, Deserialize)]
pub(super) struct Start {
    arn: String,
    name: String,
    machine: String,
    revision: i64,
    version: Option<String>,
    alias: Option<String>,
    input: Payload,
}

/// The starts whose executions had not ended.
pub(super) fn read(connection: &Connection) -> Result<Vec<Start>, ServiceError> {
    let mut statement = connection.prepare("SELECT document FROM states_express ORDER BY rowid")?;
    let documents = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let parse = |document: &String| serde_json::from_str(document);
    documents.iter().map(parse).collect::<Result<_, _>>().map_err(|error| {
        ServiceError::server("InternalFailure", format!("the store holds a damaged Express execution: {error}"))
    })
}

impl Runtime {
    /// Starts an Express execution whose end nobody waits for, once that is durable.
    pub(crate) async fn start_express(
        self: &Arc<Self>,
        new: NewExecution,
    ) -> Result<(Arc<str>, Timestamp), ServiceError> {
        let started = (Arc::clone(&new.seed.execution_arn), new.seed.started_at);
        let (answer, answered) = oneshot::channel();
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let kept = runtime.keep_start(&new).await;
            let accepted = kept.is_ok();
            let _ = answer.send(kept);
            if accepted {
                runtime.run_start(new).await;
            }
        });
        answered.await.unwrap_or_else(|_| Err(stopping()))?;
        Ok(started)
    }

    /// Runs the executions again that a crash broke off.
    pub(super) fn start_express_again(self: &Arc<Self>) {
        let starts = std::mem::take(&mut *self.broken_off.lock().unwrap_or_else(PoisonError::into_inner));
        for start in starts {
            let runtime = Arc::clone(self);
            self.platform.spawn(async move {
                match runtime.revive(&start).await {
                    Ok(new) => runtime.run_start(new).await,
                    Err(error) => {
                        tracing::error!(%error, execution = start.arn, "an Express execution could not be run again");
                    }
                }
            });
        }
    }

    async fn run_start(self: &Arc<Self>, new: NewExecution) {
        let arn = Arc::clone(&new.seed.execution_arn);
        let ended = self.express_or_broken(new).await;
        if !matches!(ended.outcome, Outcome::Succeeded { .. }) {
            // Nobody can ask for it later, so the log has to tell.
            tracing::warn!(execution = %arn, outcome = ?ended.outcome, "an Express execution did not succeed");
        }
        let over = Arc::clone(&arn);
        let forgotten = self.platform.store.write(move |connection| {
            connection.prepare_cached("DELETE FROM states_express WHERE arn = ?1")?.execute([&*over])?;
            Ok::<_, ServiceError>(())
        });
        if let Err(error) = forgotten.await {
            tracing::warn!(%error, execution = %arn, "an Express execution has ended and will run again after a restart");
        }
    }

    async fn keep_start(&self, new: &NewExecution) -> Result<(), ServiceError> {
        let seed = &new.seed;
        let owned = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        let start = Start {
            arn: seed.execution_arn.to_string(),
            name: seed.execution_name.to_string(),
            machine: seed.state_machine_arn.to_string(),
            revision: new.revision.id,
            version: owned(&seed.state_machine_version_arn),
            alias: owned(&seed.state_machine_alias_arn),
            input: seed.input.clone(),
        };
        self.platform
            .store
            .write(move |connection| {
                let document = serde_json::to_string(&start).expect("starts are plain data");
                connection
                    .prepare_cached("INSERT INTO states_express VALUES (?1, ?2)")?
                    .execute(params![start.arn, document])?;
                Ok::<_, ServiceError>(())
            })
            .await
    }

    async fn revive(&self, start: &Start) -> Result<NewExecution, ServiceError> {
        let revision = self.machines.revision(start.revision).await?;
        let seed = Seed {
            execution_arn: start.arn.as_str().into(),
            execution_name: start.name.as_str().into(),
            role_arn: revision.role_arn.as_str().into(),
            state_machine_arn: start.machine.as_str().into(),
            state_machine_name: start.machine.rsplit(':').next().unwrap_or_default().into(),
            state_machine_version_arn: start.version.as_deref().map(Into::into),
            state_machine_alias_arn: start.alias.as_deref().map(Into::into),
            started_at: self.now(),
            redrive_count: 0,
            input: start.input.clone(),
            kind: Kind::Express,
        };
        Ok(NewExecution { seed, machine: revision.machine()?, revision, trace_header: None, map_run: None })
    }
}
