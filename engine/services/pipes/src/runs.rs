//! The pipes at work, and the transitions between the states of a pipe.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::service::{LogWriter, Platform, ServiceError};
use consumer::{Consumer, backoff};
use tokio_util::sync::CancellationToken;

use crate::plan::Plan;
use crate::stage::Way;
use crate::state::{CurrentState, DesiredState};
use crate::tables::PipeRow;
use crate::trouble::Trouble;

/// The pipes at work, by name; clones share them.
#[derive(Clone)]
pub(crate) struct Runs {
    platform: Platform,
    working: Arc<Mutex<HashMap<String, Work>>>,
    /// Pipes as the last run of the engine left them, until they are taken up.
    left: Arc<Mutex<Vec<PipeRow>>>,
    log_writer: Arc<LogWriter>,
}

#[derive(Clone)]
struct Work {
    stop: CancellationToken,
    ended: CancellationToken,
    trouble: Trouble,
}

impl Runs {
    pub(crate) fn new(platform: Platform, left: Vec<PipeRow>) -> Self {
        // AWS writes to log groups that are there, and makes none.
        let log_writer = LogWriter::new(&platform, false);
        Self { platform, working: Arc::default(), left: Arc::new(Mutex::new(left)), log_writer }
    }

    /// Takes up the pipes that were running, or on their way, when the engine ended.
    pub(crate) fn go_on_with_all(&self) {
        self.log_writer.start();
        let left = std::mem::take(&mut *self.left());
        left.into_iter().for_each(|row| self.go_on(row));
    }

    /// Brings the pipe from its transient state to the one that follows, in the background.
    pub(crate) fn go_on(&self, row: PipeRow) {
        self.left().retain(|left| left.name != row.name);
        let runs = self.clone();
        self.platform.spawn(async move {
            let name = row.name.clone();
            if let Err(error) = runs.transition(row).await {
                tracing::error!(pipe = name, %error, "the state of the pipe can't be stored");
            }
        });
    }

    async fn transition(&self, row: PipeRow) -> Result<(), ServiceError> {
        match row.current_state {
            CurrentState::Creating | CurrentState::Starting | CurrentState::Updating => {
                self.halt(&row.name).await;
                if row.desired_state == DesiredState::Running {
                    self.launch(row);
                    Ok(())
                } else {
                    self.settle(&row, CurrentState::Stopped, None).await
                }
            }
            CurrentState::Running => {
                self.launch(row);
                Ok(())
            }
            CurrentState::Stopping => {
                self.halt(&row.name).await;
                self.settle(&row, CurrentState::Stopped, None).await
            }
            CurrentState::Deleting => {
                self.halt(&row.name).await;
                self.platform.store.write(move |connection| row.delete(connection)).await
            }
            CurrentState::Stopped
            | CurrentState::CreateFailed
            | CurrentState::StartFailed
            | CurrentState::UpdateFailed => Ok(()),
        }
    }

    /// Stops the pipe's work and waits for its end.
    async fn halt(&self, name: &str) {
        let work = self.working().remove(name);
        if let Some(work) = work {
            work.stop.cancel();
            work.ended.cancelled().await;
        }
    }

    fn launch(&self, row: PipeRow) {
        let work =
            Work { stop: CancellationToken::new(), ended: CancellationToken::new(), trouble: Trouble::default() };
        self.working().insert(row.name.clone(), work.clone());
        let runs = self.clone();
        self.platform.spawn(async move {
            let _ended = work.ended.drop_guard();
            if let Err(error) = runs.run(row, work.stop, work.trouble).await {
                tracing::error!(%error, "the state of a pipe can't be stored");
            }
        });
    }

    async fn run(&self, row: PipeRow, stop: CancellationToken, trouble: Trouble) -> Result<(), ServiceError> {
        let plan = match Plan::of(&row) {
            Ok(plan) => plan,
            Err(error) => return self.settle(&row, row.current_state.failed(), Some(error.to_string())).await,
        };
        let run = Consumer {
            platform: self.platform.clone(),
            intake: Arc::clone(&plan.intake),
            stage: Arc::new(Way {
                platform: self.platform.clone(),
                plan,
                log_writer: Arc::clone(&self.log_writer),
                trouble: trouble.clone(),
            }),
            stop,
        };
        let mut failures = 0;
        while let Err(error) = run.prepare(row.current_state == CurrentState::Creating).await {
            if row.current_state.is_transient() {
                return self.settle(&row, row.current_state.failed(), Some(error.to_string())).await;
            }
            // A pipe that has run before waits for its source to come back.
            tracing::warn!(pipe = row.name, %error, "the pipe can't reach its source");
            trouble.set(Some(error.to_string()));
            run.pause(backoff(failures).max(Duration::from_secs(1))).await;
            failures += 1;
            if run.stop.is_cancelled() {
                return Ok(());
            }
        }
        if row.current_state.is_transient() {
            self.settle(&row, CurrentState::Running, None).await?;
        }
        run.work().await;
        Ok(())
    }

    /// Ends a transition, unless another one has begun since.
    async fn settle(&self, row: &PipeRow, to: CurrentState, reason: Option<String>) -> Result<(), ServiceError> {
        let (name, from, modified_at) = (row.name.clone(), row.current_state, row.modified_at);
        self.platform
            .store
            .write(move |connection| {
                let Some(mut row) = PipeRow::find(connection, &name)? else { return Ok(()) };
                if row.current_state == from && row.modified_at == modified_at {
                    row.current_state = to;
                    row.state_reason = reason;
                    row.save(connection)?;
                }
                Ok(())
            })
            .await
    }

    /// Why a pipe that runs gets nowhere, if so.
    pub(crate) fn trouble(&self, name: &str) -> Option<String> {
        self.working().get(name).and_then(|work| work.trouble.reason())
    }

    fn left(&self) -> MutexGuard<'_, Vec<PipeRow>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn working(&self) -> MutexGuard<'_, HashMap<String, Work>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
