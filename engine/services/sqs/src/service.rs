//! The service: its queues, and the dispatch of operations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Enlisted, Platform, Service, ServiceError};
use tokio::sync::Notify;

use crate::api::API;
use crate::deduplication;
use crate::error;
use crate::operations::move_tasks::MoveTasks;
use crate::queue::Queue;
use crate::rows;

/// How long what a receive changes may wait to be written: receives that are close together share a transaction, and a
/// message that is deleted in time is never written again.
const WRITE_BEHIND: Duration = Duration::from_millis(100);

/// Amazon SQS.
pub struct Sqs {
    pub(crate) platform: Platform,
    /// Itself, for work that outlives a call.
    pub(crate) this: Weak<Self>,
    pub(crate) move_tasks: MoveTasks,
    /// One change of the set of queues or their attributes at a time.
    pub(crate) changes: tokio::sync::Mutex<()>,
    endpoint: String,
    queues: RwLock<BTreeMap<String, Arc<Queue>>>,
    last_sequence: AtomicI64,
    unwritten: Mutex<BTreeSet<(String, i64)>>,
    has_unwritten: Notify,
}

impl Sqs {
    /// Opens the queues that the store holds. URLs of queues begin with `endpoint` (`http://127.0.0.1:4566`).
    ///
    /// # Errors
    /// The store's.
    pub fn open(platform: &Platform, endpoint: impl Into<String>) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("sqs", rows::TABLES)?;
        let arn_of = {
            let scope = platform.scope.clone();
            move |name: &str| scope.arn("sqs", name)
        };
        let (queues, last) = platform.store.read_blocking::<_, ServiceError, _>(move |connection| {
            let queues: BTreeMap<_, _> = rows::queues(connection)?
                .into_iter()
                .map(|row| (row.name.clone(), Arc::new(Queue::new(arn_of(&row.name), row))))
                .collect();
            let mut last = 0;
            rows::each_message(connection, |queue, sequence, entry| {
                last = last.max(sequence);
                if let Some(queue) = queues.get(&queue) {
                    queue.index().insert(sequence, entry);
                }
            })?;
            deduplication::each(connection, |queue, key, sent| {
                last = last.max(sent.sequence);
                if let Some(mut recent) = queues.get(&queue).and_then(|queue| queue.recent.try_lock().ok()) {
                    recent.remember(key, sent);
                }
            })?;
            Ok((queues, last))
        })?;
        let sqs = Arc::new_cyclic(|this| Self {
            platform: platform.clone(),
            this: Weak::clone(this),
            move_tasks: MoveTasks::default(),
            changes: tokio::sync::Mutex::default(),
            endpoint: endpoint.into(),
            queues: RwLock::new(queues),
            last_sequence: AtomicI64::new(last),
            unwritten: Mutex::default(),
            has_unwritten: Notify::new(),
        });
        platform.tasks.spawn(Arc::clone(&sqs).write_behind());
        sqs.resume_move_tasks()?;
        Ok(sqs)
    }

    /// The queue's URL, with this engine's own address.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.endpoint.trim_end_matches('/'), self.platform.scope.account)
    }

    /// The queue of that name.
    pub(crate) fn named(&self, name: &str) -> Result<Arc<Queue>, ServiceError> {
        let queues = self.queues.read().unwrap_or_else(PoisonError::into_inner);
        queues.get(name).cloned().ok_or_else(error::no_such_queue)
    }

    /// The queue of a URL; only its last segment counts, whatever the host, since a client may have reached us by another.
    pub(crate) fn by_url(&self, url: Option<&str>) -> Result<Arc<Queue>, ServiceError> {
        let url = url.filter(|url| !url.is_empty()).ok_or_else(|| error::missing("QueueUrl"))?;
        self.named(url.trim_end_matches('/').rsplit('/').next().unwrap_or(url))
    }

    /// The queue of an ARN, where there is one.
    pub(crate) fn by_arn(&self, arn: &str) -> Option<Arc<Queue>> {
        let name = arn.rsplit(':').next().unwrap_or(arn);
        self.named(name).ok().filter(|queue| queue.arn == arn)
    }

    pub(crate) fn all(&self) -> Vec<Arc<Queue>> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(crate) fn add(&self, queue: Arc<Queue>) {
        self.queues.write().unwrap_or_else(PoisonError::into_inner).insert(queue.name.clone(), queue);
    }

    pub(crate) fn forget(&self, name: &str) {
        self.queues.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    pub(crate) fn next_sequence(&self) -> i64 {
        self.last_sequence.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Notes that the state of these messages is to be written soon.
    pub(crate) fn write_soon(&self, queue: &Queue, sequences: impl IntoIterator<Item = i64>) {
        let mut unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        unwritten.extend(sequences.into_iter().map(|sequence| (queue.name.clone(), sequence)));
        self.has_unwritten.notify_one();
    }

    async fn write_behind(self: Arc<Self>) {
        let stopping = self.platform.shutdown.clone();
        while !stopping.is_cancelled() {
            let batch = async {
                self.has_unwritten.notified().await;
                self.platform.clock.sleep(WRITE_BEHIND).await;
            };
            tokio::select! {
                () = stopping.cancelled() => {}
                () = batch => {}
            }
            if let Err(failure) = self.write_unwritten().await {
                tracing::warn!(error = %failure, "receive counts of messages were not written");
            }
        }
    }

    async fn write_unwritten(self: &Arc<Self>) -> Result<(), ServiceError> {
        let unwritten = std::mem::take(&mut *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner));
        if unwritten.is_empty() {
            return Ok(());
        }
        let sqs = Arc::clone(self);
        let write = move |connection: &store::rusqlite::Connection| {
            for (name, sequence) in unwritten {
                // Looked up only now, on the one thread that writes: so the last write of a message is its newest state.
                let Ok(queue) = sqs.named(&name) else { continue };
                let entry = queue.index().get(sequence).cloned();
                if let Some(entry) = entry {
                    rows::update_message(connection, &name, sequence, &entry)?;
                }
            }
            Ok::<_, ServiceError>(())
        };
        self.platform.store.write(write).await
    }
}

#[async_trait]
impl Service for Sqs {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CancelMessageMoveTask" => self.cancel_message_move_task(input).await,
            "ChangeMessageVisibility" => self.change_message_visibility(input),
            "ChangeMessageVisibilityBatch" => self.change_message_visibility_batch(input),
            "CreateQueue" => self.create_queue(input).await,
            "DeleteMessage" => self.delete_message(input).await,
            "DeleteMessageBatch" => self.delete_message_batch(input).await,
            "DeleteQueue" => self.delete_queue(input).await,
            "GetQueueAttributes" => self.get_queue_attributes(input).await,
            "GetQueueUrl" => self.get_queue_url(input),
            "ListDeadLetterSourceQueues" => self.list_dead_letter_source_queues(input),
            "ListMessageMoveTasks" => self.list_message_move_tasks(input),
            "ListQueueTags" => self.list_queue_tags(input),
            "ListQueues" => self.list_queues(input),
            "PurgeQueue" => self.purge_queue(input).await,
            "ReceiveMessage" => self.receive_message(input).await,
            "SendMessage" => self.send_message(input).await,
            "SendMessageBatch" => self.send_message_batch(input).await,
            "SetQueueAttributes" => self.set_queue_attributes(input).await,
            "StartMessageMoveTask" => self.start_message_move_task(input).await,
            "TagQueue" => self.tag_queue(input).await,
            "UntagQueue" => self.untag_queue(input).await,
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }

    fn enlist(&self, operation: &str, inputs: &[Value]) -> Option<Enlisted> {
        if operation == "SendMessage" { self.enlist_messages(inputs) } else { None }
    }
}
