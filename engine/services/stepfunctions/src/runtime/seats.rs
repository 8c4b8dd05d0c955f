//! Where stimuli wait for their execution, and the loop that applies them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};

use asl::{Cause, TaskId};
use clock::Timestamp;
use service::ServiceError;
use tokio::sync::oneshot;

use super::journal::{self, Append, ChildEnded};
use super::rows::{self, Row};
use super::running::{Batch, Running};
use super::{RETRY, Runtime, map_runs};
use crate::integrations;

/// How many executions that only wait are kept in memory; the others are folded from their journal when they wake.
const RESIDENT: usize = 1024;

pub(super) type Answer = oneshot::Sender<Result<bool, ServiceError>>;

/// Something for an execution.
pub(super) enum Message {
    /// A stimulus, and who waits for it to be durable.
    Cause { cause: Cause, answer: Option<Answer> },
    /// An execution that has ended goes on where it failed.
    Redrive { token: Option<String>, answer: Answer },
    /// Timers may be due.
    Wake,
    /// A child that a task waits for has ended.
    Child { task: TaskId, child: Box<Row> },
    /// The process has just started: whatever was under way has been interrupted.
    Recover,
}

/// All executions that are in memory.
#[derive(Default)]
pub(super) struct Seats(HashMap<i64, Seat>);

/// An execution in memory.
#[derive(Default)]
struct Seat {
    queue: VecDeque<Message>,
    /// Somebody drains the queue.
    drained: bool,
    /// Absent while it is drained, or not read from the journal yet.
    running: Option<Box<Running>>,
}

impl Runtime {
    /// Puts something into an execution's seat, and sees that it is drained.
    pub(super) fn post(self: &Arc<Self>, id: i64, message: Message) {
        let idle = {
            let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
            let seat = seats.0.entry(id).or_default();
            seat.queue.push_back(message);
            !std::mem::replace(&mut seat.drained, true)
        };
        if idle {
            let runtime = Arc::clone(self);
            self.platform.spawn(async move { runtime.drain(id).await });
        }
    }

    /// Takes a seat for an execution that is about to be born: nobody else reads it from the journal meanwhile.
    pub(super) fn reserve(&self, id: i64) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.0.insert(id, Seat { drained: true, ..Seat::default() });
    }

    /// Gives up a reserved seat.
    pub(super) fn release(&self, id: i64) {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).0.remove(&id);
    }

    /// Goes on with an execution whose seat was reserved.
    pub(super) async fn settle(self: &Arc<Self>, id: i64, running: Option<Box<Running>>) {
        if let Some(seat) = self.seats.lock().unwrap_or_else(PoisonError::into_inner).0.get_mut(&id) {
            seat.running = running;
        }
        self.drain(id).await;
    }

    /// Applies what is in the seat until it is empty.
    async fn drain(self: &Arc<Self>, id: i64) {
        while let Some((messages, running)) = self.take(id) {
            let running = match running {
                Some(running) => Ok(Some(running)),
                None => {
                    let redrives = messages.iter().any(|message| matches!(message, Message::Redrive { .. }));
                    self.load(id, redrives).await
                }
            };
            let running = match running {
                Ok(Some(running)) => self.step(running, messages).await,
                Ok(None) => {
                    answer_all(messages, || Ok(false));
                    None
                }
                Err(error) => {
                    self.put_off(id, messages, &error);
                    None
                }
            };
            if let Some(seat) = self.seats.lock().unwrap_or_else(PoisonError::into_inner).0.get_mut(&id) {
                seat.running = running;
            }
        }
    }

    /// What is in the seat; `None` when nothing is, and then the seat is idle.
    fn take(&self, id: i64) -> Option<(Vec<Message>, Option<Box<Running>>)> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let crowded = seats.0.len() > RESIDENT;
        let seat = seats.0.get_mut(&id)?;
        if !seat.queue.is_empty() {
            return Some((seat.queue.drain(..).collect(), seat.running.take()));
        }
        seat.drained = false;
        let keep = seat.running.as_ref().is_some_and(|running| running.ledger.is_busy() || !crowded);
        if !keep {
            seats.0.remove(&id);
        }
        None
    }

    /// Applies the messages, makes them durable, and then lets the world see them. `None` when the execution is over, or
    /// when the write failed and memory is ahead of the store.
    async fn step(self: &Arc<Self>, mut running: Box<Running>, messages: Vec<Message>) -> Option<Box<Running>> {
        let now = self.now();
        let mut batch = Batch::default();
        let mut answers = Vec::new();
        let mut again = Vec::new();
        let mut interrupted = Vec::new();
        for message in messages {
            if matches!(message, Message::Recover) {
                interrupted = running.ledger.map_runs.values().cloned().collect();
            }
            let causes = self.causes(&running, &message, now);
            let Some(expected) = running.apply_all(causes, now, &self.activities, &mut batch) else {
                let arn = Arc::clone(&running.execution.seed().execution_arn);
                let append = running.broken(now);
                return self.break_off(&arn, append).await;
            };
            match message {
                Message::Cause { answer: Some(answer), .. } => answers.push((answer, expected)),
                Message::Redrive { token, answer } => {
                    if expected {
                        batch.redriven = Some(token);
                    }
                    answers.push((answer, expected));
                }
                other => again.push(other),
            }
        }
        if !batch.is_empty() {
            let append = running.append(&mut batch, now);
            let tells = self.tells_changes().await;
            let changes = append.redriven.is_some() || append.ended.is_some();
            let written = self.platform.store.write(move |connection| journal::write(connection, &append, tells)).await;
            match written {
                Ok(ended) => {
                    running.write_log(&mut batch);
                    self.tell(ended);
                    if tells && changes {
                        self.publisher.nudge();
                    }
                }
                Err(error) => {
                    for (answer, _) in answers {
                        // A caller that went away needs no answer.
                        let _ = answer.send(Err(error.clone()));
                    }
                    self.put_off(running.id, again, &error);
                    return None;
                }
            }
        }
        self.timers.set(running.id, running.ledger.wake_at());
        for (answer, expected) in answers {
            let _ = answer.send(Ok(expected));
        }
        self.perform(&running, batch);
        for run in interrupted.into_iter().filter(|run| running.ledger.map_runs.contains_key(&run.id)) {
            self.begin_map_run(&running, run);
        }
        if running.is_over() {
            self.ends.announce(&running.execution.seed().execution_arn);
            self.retention.ended(now);
            return None;
        }
        Some(running)
    }

    /// Ends an execution that the interpreter panicked at.
    async fn break_off(self: &Arc<Self>, arn: &str, append: Append) -> Option<Box<Running>> {
        let (id, tells) = (append.execution, self.tells_changes().await);
        match self.platform.store.write(move |connection| journal::write(connection, &append, tells)).await {
            Ok(ended) => {
                self.tell(ended);
                self.ends.announce(arn);
            }
            // The journal still has it running: it is tried again when it wakes.
            Err(error) => tracing::error!(%error, execution = id, "a broken execution could not be ended"),
        }
        self.timers.set(id, None);
        self.publisher.nudge();
        None
    }

    /// What a message means to the execution.
    fn causes(&self, running: &Running, message: &Message, now: Timestamp) -> Vec<Cause> {
        match message {
            Message::Cause { cause, .. } => vec![cause.clone()],
            Message::Redrive { .. } => vec![Cause::Redrive],
            Message::Child { task, child } => {
                let pattern = running.ledger.tasks.get(task).and_then(|flight| Some(flight.child()?.0));
                pattern.map(|pattern| integrations::child_ended(*task, pattern, child)).into_iter().collect()
            }
            Message::Wake => {
                let due = running.ledger.due(now);
                due.into_iter().map(|timer| Cause::TimerFired { timer }).collect()
            }
            Message::Recover => self.interruptions(running),
        }
    }

    /// Tells tasks that wait for a child that it has ended.
    pub(super) fn tell(self: &Arc<Self>, ended: Vec<ChildEnded>) {
        for ChildEnded { parent, task, child } in ended {
            self.post(parent, Message::Child { task, child: Box::new(child) });
        }
    }

    /// Reads an execution back from its journal; `None` when it has ended, unless one is wanted that `redrives`.
    async fn load(&self, id: i64, redrives: bool) -> Result<Option<Box<Running>>, ServiceError> {
        let read = self.platform.store.read(move |connection| {
            let wanted = |row: &Row| row.status == "RUNNING" || (redrives && row.status != "SUCCEEDED");
            let Some(row) = rows::get(connection, id)?.filter(wanted) else { return Ok(None) };
            Ok::<_, ServiceError>(Some((row, journal::read(connection, id)?)))
        });
        let Some((row, entries)) = read.await? else { return Ok(None) };
        let revision = self.machines.revision(row.revision).await?;
        let seed = super::start::seed(&row, &revision)?;
        let machine = match &row.location {
            Some(location) => map_runs::machine(&revision, location)?,
            None => revision.machine()?,
        };
        let log = self.log_of(&revision, &seed);
        let mut running = Box::new(Running::new(id, machine, seed));
        running.log = log;
        for (sequence, first_event, stimuli) in entries {
            running.replay(sequence, first_event, &stimuli);
        }
        Ok(Some(running))
    }

    /// Tries again later what nobody waits for, and tells the others of the failure.
    fn put_off(self: &Arc<Self>, id: i64, messages: Vec<Message>, error: &ServiceError) {
        tracing::error!(%error, execution = id, "an execution stands still, and is tried again");
        let mut later = Vec::new();
        for message in messages {
            match message {
                Message::Cause { answer: Some(answer), .. } | Message::Redrive { answer, .. } => {
                    drop(answer.send(Err(error.clone())));
                }
                other => later.push(other),
            }
        }
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            runtime.platform.clock.sleep(RETRY).await;
            later.into_iter().for_each(|message| runtime.post(id, message));
        });
    }
}

fn answer_all(messages: Vec<Message>, answer_with: impl Fn() -> Result<bool, ServiceError>) {
    for message in messages {
        if let Message::Cause { answer: Some(answer), .. } | Message::Redrive { answer, .. } = message {
            let _ = answer.send(answer_with());
        }
    }
}
