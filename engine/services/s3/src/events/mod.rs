//! What happens to objects, told to whom a bucket's notification configuration names.
//!
//! An event's row is written with the object's own, so that none is lost; it stays until its target has it.

mod check;
mod outbox;
mod shape;
mod targets;

pub(crate) use check::check;
pub(crate) use shape::Cause;
pub(crate) use targets::test_events;

use clock::Timestamp;
use rusqlite::Connection;
use s3s::dto::NotificationConfiguration;
use service::Scope;

use crate::error::Refused;
use crate::http::Sent;
use crate::rows::buckets;
use crate::rows::objects::{Change, Object};
use crate::rows::parse;

/// Something that happens to an object.
pub(crate) struct Occurrence<'a> {
    cause: Cause,
    sent: &'a Sent,
    scope: &'a Scope,
    at: Timestamp,
}

impl<'a> Occurrence<'a> {
    pub(crate) fn new(cause: Cause, sent: &'a Sent, scope: &'a Scope, at: Timestamp) -> Self {
        Self { cause, sent, scope, at }
    }

    /// Writes the rows of everybody who is to be told.
    pub(crate) fn record(&self, connection: &Connection, object: &Object, change: &Change) -> Result<(), Refused> {
        let Some(document) = buckets::configuration(connection, &object.bucket, "notification")? else {
            return Ok(());
        };
        let configuration: NotificationConfiguration = parse(&document)?;
        if configuration.event_bridge_configuration.is_some() {
            let entry = self.bus_entry(object, change);
            outbox::insert(connection, outbox::BUS, &entry.to_string(), self.at)?;
        }
        for (target, id) in targets::wanting(&configuration, self.cause, &object.key) {
            let records = self.records(object, change, id);
            outbox::insert(connection, target, &records.to_string(), self.at)?;
        }
        Ok(())
    }
}
