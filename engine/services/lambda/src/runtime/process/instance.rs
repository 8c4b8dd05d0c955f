//! One process of a function: started, given one event after the other, ended when idle.

use std::time::Duration;

use service::Platform;
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::bootstrap::Bootstrap;
use super::group::Group;
use super::runtime_api::{Event, Report, RuntimeApi};
use crate::logs::Logs;
use crate::runtime::{Invocation, Outcome};

/// How long a process may take to start, beyond the function's timeout.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a process is kept without an event.
const KEPT_IDLE: Duration = Duration::from_secs(300);

/// A process of a function; it ends when this is dropped.
pub(super) struct Instance {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    invocation: Invocation,
    /// Dropped without an answer when the process ended before it took the event.
    reply: oneshot::Sender<Outcome>,
}

/// The task that owns the process.
struct Owner {
    /// Before the child, so that it ends while the child still holds its number.
    _group: Group,
    child: Child,
    api: RuntimeApi,
    function_arn: String,
    timeout: Duration,
    is_ready: bool,
}

impl Instance {
    /// Starts a process whose invocations may take `timeout`.
    pub(super) async fn start(
        bootstrap: &Bootstrap,
        timeout: Duration,
        logs: &Logs,
        platform: &Platform,
    ) -> Result<Self, std::io::Error> {
        let api = RuntimeApi::start(platform).await?;
        let child = bootstrap.start(api.address, logs, platform)?;
        let function_arn = crate::name::function_arn(&platform.scope, &bootstrap.function);
        let (jobs, incoming) = mpsc::channel(1);
        let owner = Owner { _group: Group::led_by(&child), child, api, function_arn, timeout, is_ready: false };
        platform.spawn(owner.work(incoming));
        Ok(Self { jobs })
    }

    /// Runs one event; `None` when the process ended before it took it.
    pub(super) async fn run(&self, invocation: Invocation) -> Option<Outcome> {
        let (reply, outcome) = oneshot::channel();
        self.jobs.send(Job { invocation, reply }).await.ok()?;
        outcome.await.ok()
    }

    /// Whether the process may take another event.
    pub(super) fn is_alive(&self) -> bool {
        !self.jobs.is_closed()
    }
}

/// What became of a job.
enum End {
    /// Answered; the process can take the next event.
    Answered(Outcome),
    /// Answered in place of the process, which is of no more use.
    Lost(Outcome),
    /// The process ended before it took the event.
    NotTaken,
}

impl Owner {
    async fn work(mut self, mut jobs: mpsc::Receiver<Job>) {
        loop {
            let job = tokio::select! {
                job = jobs.recv() => job,
                _ = self.child.wait(), if self.is_ready => None,
                () = sleep(KEPT_IDLE) => None,
            };
            let Some(Job { invocation, reply }) = job else { break };
            let end = self.answer(invocation).await;
            if !matches!(end, End::Answered(_)) {
                // Before the caller knows, so that it doesn't keep this instance.
                jobs.close();
            }
            match end {
                // A caller that has gone away is no concern of the function's.
                End::Answered(outcome) => drop(reply.send(outcome)),
                End::Lost(outcome) => {
                    drop(reply.send(outcome));
                    break;
                }
                End::NotTaken => break,
            }
        }
        // It may have ended already.
        let _ = self.child.kill().await;
    }

    async fn answer(&mut self, invocation: Invocation) -> End {
        let request_id = invocation.request_id.clone();
        let mut is_taken = false;
        let conversation =
            converse(&mut self.api, &mut self.is_ready, &mut is_taken, invocation, &self.function_arn, self.timeout);
        tokio::select! {
            // A process may end in one moment with its last report: the report comes first.
            biased;
            end = conversation => end,
            status = self.child.wait() => match status {
                Ok(_) if self.is_ready && !is_taken => End::NotTaken,
                Ok(status) => End::Lost(Outcome::exited(&request_id, status)),
                Err(_) => End::Lost(Outcome::not_started(&request_id)),
            },
        }
    }
}

async fn converse(
    api: &mut RuntimeApi,
    is_ready: &mut bool,
    is_taken: &mut bool,
    invocation: Invocation,
    function_arn: &str,
    limit: Duration,
) -> End {
    let request_id = invocation.request_id.clone();
    let timed_out = || End::Lost(Outcome::timed_out(&request_id, limit));
    while !*is_ready {
        match timeout(INIT_LIMIT + limit, api.reports.recv()).await {
            Ok(Some(Report::Ready)) => *is_ready = true,
            Ok(Some(Report::InitFailed(error))) => return End::Lost(Outcome::Failed(error)),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return timed_out(),
        }
    }
    if api.events.send(Event { invocation, function_arn: function_arn.to_owned() }).await.is_err() {
        return End::NotTaken;
    }
    let answered = timeout(limit, async {
        loop {
            match api.reports.recv().await {
                Some(Report::Done(outcome)) => return End::Answered(outcome),
                Some(Report::Taken) => *is_taken = true,
                Some(Report::Ready | Report::InitFailed(_)) => {}
                None => return End::NotTaken,
            }
        }
    });
    answered.await.unwrap_or_else(|_| timed_out())
}
