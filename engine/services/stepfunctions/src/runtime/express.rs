//! Express executions: run in memory, each on one task, from its start to its end.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use asl::{Action, Cause, Execution, Outcome, Stimulus, Tested};
use clock::Timestamp;
use futures::FutureExt;
use service::ServiceError;
use tokio::sync::{mpsc, oneshot};

use super::execution_log::ExecutionLog;
use super::interpreter::interpret;
use super::ledger::Ledger;
use super::running::RUNTIME;
use super::tasks::{attempt, no_map_runs};
use super::{NewExecution, Runtime, stopping};
use crate::integrations::Exchange;

/// The longest that an Express execution may run.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// How an Express execution ended.
pub(crate) struct ExpressEnd {
    pub(crate) outcome: Outcome,
    pub(crate) stopped_at: Timestamp,
}

impl Runtime {
    /// Runs an Express execution to its end, also when the caller goes away.
    pub(crate) async fn run_express(self: &Arc<Self>, new: NewExecution) -> Result<ExpressEnd, ServiceError> {
        let (answer, answered) = oneshot::channel();
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let _ = answer.send(runtime.express_or_broken(new).await);
        });
        answered.await.map_err(|_| stopping())
    }

    /// A panic of the interpreter is the execution's failure.
    pub(super) async fn express_or_broken(self: &Arc<Self>, new: NewExecution) -> ExpressEnd {
        let arn = Arc::clone(&new.seed.execution_arn);
        match AssertUnwindSafe(self.express(new)).catch_unwind().await {
            Ok(ended) => ended,
            Err(_) => {
                tracing::error!(execution = %arn, "the interpreter panicked; the execution fails");
                let cause =
                    Some(Arc::from("the interpreter failed, which is a defect of sluice; the log has its message"));
                ExpressEnd { outcome: Outcome::Failed { error: Some(RUNTIME.into()), cause }, stopped_at: self.now() }
            }
        }
    }

    async fn express(self: &Arc<Self>, new: NewExecution) -> ExpressEnd {
        let deadline = new.seed.started_at.plus(LONGEST);
        let log = self.log_of(&new.revision, &new.seed);
        let execution = self.drive(Execution::new(new.machine, new.seed), deadline, log.as_ref()).await;
        let timed_out = || Outcome::TimedOut { error: Some(Arc::from("States.Timeout")), cause: None };
        ExpressEnd { outcome: execution.outcome().cloned().unwrap_or_else(timed_out), stopped_at: self.now() }
    }

    /// Runs one state by itself; `None` when it takes longer than an Express execution may.
    pub(crate) async fn test_state(
        self: &Arc<Self>,
        execution: Execution,
    ) -> Result<(Option<Tested>, Option<Exchange>), ServiceError> {
        let arn = Arc::clone(&execution.seed().execution_arn);
        self.exchanges.watch(&arn);
        let (answer, answered) = oneshot::channel();
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let deadline = runtime.now().plus(LONGEST);
            let execution = runtime.drive(execution, deadline, None).await;
            let _ = answer.send(execution.tested().cloned());
        });
        let tested = answered.await.map_err(|_| stopping());
        let exchange = self.exchanges.take(&arn);
        Ok((tested?, exchange))
    }

    /// Runs an execution in memory until it, or the test of a state that it is, has ended, or until the deadline.
    async fn drive(
        self: &Arc<Self>,
        mut execution: Execution,
        deadline: Timestamp,
        log: Option<&ExecutionLog>,
    ) -> Execution {
        let mut ledger = Ledger::default();
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let mut causes = VecDeque::from([Cause::Start]);
        loop {
            let mut goes_on = false;
            while let Some(cause) = causes.pop_front() {
                if !ledger.expects(&cause) {
                    continue;
                }
                let stimulus = Stimulus { at: self.now(), entropy: uuid::Uuid::new_v4().as_u64_pair().0, cause };
                let step = interpret(execution.computes(), || execution.apply(&stimulus));
                ledger.note(&stimulus.cause, &step.actions);
                if let Some(log) = log {
                    log.write(step.events.iter().filter_map(|event| log.entry(event)).collect());
                }
                if execution.outcome().is_some() || execution.tested().is_some() {
                    return execution;
                }
                for action in step.actions {
                    match action {
                        Action::StartTask(task) => self.begin_express(&execution, task, &sender),
                        Action::Continue => goes_on = true,
                        Action::StartMapRun(run) => causes.push_back(no_map_runs(&run)),
                        _ => {}
                    }
                }
            }
            let mut wake = ledger.wake_at().map_or(deadline, |at| at.min(deadline));
            if goes_on {
                // A machine that never waits: everybody else, its timers and its deadline come in between.
                causes.push_back(Cause::Continue);
                tokio::task::yield_now().await;
                wake = self.now();
            }
            tokio::select! {
                // The sender is here too, so the channel never closes.
                cause = receiver.recv() => causes.extend(cause),
                () = self.platform.clock.sleep_until(wake) => {
                    let now = self.now();
                    if now >= deadline {
                        return execution;
                    }
                    causes.extend(ledger.due(now).into_iter().map(|timer| Cause::TimerFired { timer }));
                }
            }
        }
    }

    fn begin_express(&self, execution: &Execution, task: asl::Task, sender: &mpsc::UnboundedSender<Cause>) {
        let seed = execution.seed();
        let (execution_arn, machine_arn) = (Arc::clone(&seed.execution_arn), Arc::clone(&seed.state_machine_arn));
        let (platform, exchanges) = (self.platform.clone(), Arc::clone(&self.exchanges));
        let sender = sender.clone();
        self.platform.spawn(async move {
            let cause = attempt(&platform, &exchanges, &task, (&execution_arn, &machine_arn)).await;
            // An execution that has ended meanwhile needs no answer.
            let _ = sender.send(cause);
        });
    }
}
