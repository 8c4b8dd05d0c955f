//! The service: its streams, what waits of them, and the dispatch of operations.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};
use tokio::sync::Notify;

use crate::api::API;
use crate::buffers::Buffers;
use crate::rows::{self, Stream};

/// Amazon Data Firehose.
pub struct Firehose {
    pub(crate) platform: Platform,
    /// One change of the streams at a time.
    pub(crate) changes: tokio::sync::Mutex<()>,
    /// Something may be due earlier than it was.
    pub(crate) nudge: Notify,
    streams: RwLock<BTreeMap<String, Stream>>,
    buffers: Mutex<Buffers>,
}

impl Firehose {
    /// Opens the streams that the store holds.
    ///
    /// # Errors
    /// The store's.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("firehose", rows::TABLES)?;
        let (streams, waiting) = platform.store.read_blocking::<_, ServiceError, _>(|connection| {
            Ok((rows::streams(connection)?, rows::waiting(connection)?))
        })?;
        Ok(Arc::new(Self {
            platform: platform.clone(),
            changes: tokio::sync::Mutex::default(),
            nudge: Notify::new(),
            streams: RwLock::new(streams),
            buffers: Mutex::new(Buffers::new(waiting)),
        }))
    }

    /// Begins to write what is due; to be called once S3 is there.
    pub fn start(self: &Arc<Self>) {
        self.platform.spawn(Arc::clone(self).deliver());
    }

    pub(crate) fn streams(&self) -> RwLockReadGuard<'_, BTreeMap<String, Stream>> {
        self.streams.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn streams_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Stream>> {
        self.streams.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn buffers(&self) -> MutexGuard<'_, Buffers> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn arn(&self, stream: &str) -> String {
        self.platform.scope.arn("firehose", format_args!("deliverystream/{stream}"))
    }
}

#[async_trait]
impl Service for Firehose {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreateDeliveryStream" => self.create_delivery_stream(input).await,
            "DeleteDeliveryStream" => self.delete_delivery_stream(&input).await,
            "DescribeDeliveryStream" => self.describe_delivery_stream(&input),
            "ListDeliveryStreams" => self.list_delivery_streams(&input),
            "ListTagsForDeliveryStream" => self.list_tags(&input),
            "PutRecord" => self.put_record(&input).await,
            "PutRecordBatch" => self.put_record_batch(&input).await,
            "TagDeliveryStream" => self.tag(&input).await,
            "UntagDeliveryStream" => self.untag(&input).await,
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
