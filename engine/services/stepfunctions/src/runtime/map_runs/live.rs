//! A map run that is under way: how far it is, and how it is to go on.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::listing::UnderWay;
use super::record::Record;
use crate::runtime::rows::Row;

/// A map run that is under way.
#[derive(Default)]
pub(in crate::runtime) struct Live {
    record: Mutex<Option<Record>>,
    express: Mutex<UnderWay>,
    /// Its settings have changed.
    pub(super) changed: Notify,
    /// It is not under way any more.
    pub(super) gone: CancellationToken,
}

/// What of a running map run can be changed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) max_concurrency: Option<u64>,
    pub(crate) tolerated_count: Option<u64>,
    pub(crate) tolerated_percentage: Option<f64>,
}

impl Live {
    /// Where it is; `None` before its items are known.
    pub(in crate::runtime) fn record(&self) -> Option<Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, record: Record) {
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Some(record);
    }

    /// Takes note of something; answers what `look` sees behind it.
    pub(super) fn note<R: Default>(&self, look: impl FnOnce(&mut Record) -> R) -> R {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(look).unwrap_or_default()
    }

    /// Changes settings; answers the record as it is then, `None` when it is not known yet.
    pub(in crate::runtime) fn update(&self, settings: Settings) -> Option<Record> {
        let updated = {
            let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
            let record = record.as_mut()?;
            record.change(settings);
            record.clone()
        };
        self.changed.notify_one();
        Some(updated)
    }

    /// Lists an Express child for as long as the answer is held.
    pub(super) fn lists(&self, child: Row) -> Listed<'_> {
        let place = child.id;
        self.express.lock().unwrap_or_else(PoisonError::into_inner).insert(place, child);
        Listed { live: self, place }
    }

    /// The Express children that run.
    pub(in crate::runtime) fn express(&self) -> UnderWay {
        self.express.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn express_child(&self, arn: &str) -> Option<Row> {
        let running = self.express.lock().unwrap_or_else(PoisonError::into_inner);
        running.values().find(|row| row.arn == arn).cloned()
    }
}

/// An Express child that runs, and is listed.
pub(super) struct Listed<'a> {
    live: &'a Live,
    place: i64,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.live.express.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.place);
    }
}
