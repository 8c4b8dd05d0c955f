//! The rows in the store.

pub(crate) mod archives;
pub(crate) mod declarations;
pub(crate) mod deliveries;
pub(crate) mod fired;

/// What was declared is kept as JSON documents; what there can be millions of has columns.
pub(crate) const TABLES: &[&str] = &[
    "
CREATE TABLE eventbridge_buses (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
CREATE TABLE eventbridge_rules (
  bus TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bus, name)
) STRICT;
CREATE TABLE eventbridge_targets (
  bus TEXT NOT NULL, rule TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bus, rule, id)
) STRICT;
CREATE TABLE eventbridge_archives (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, document TEXT NOT NULL,
  event_count INTEGER NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE eventbridge_archived_events (
  sequence INTEGER PRIMARY KEY, archive INTEGER NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL
) STRICT;
CREATE INDEX eventbridge_archived_events_by_time ON eventbridge_archived_events (archive, time);
CREATE TABLE eventbridge_replays (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
CREATE TABLE eventbridge_deliveries (
  sequence INTEGER PRIMARY KEY, bus TEXT NOT NULL, rule TEXT NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL,
  accepted_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, failure TEXT
) STRICT;
CREATE INDEX eventbridge_deliveries_by_due ON eventbridge_deliveries (due_at);
",
    "
ALTER TABLE eventbridge_deliveries ADD COLUMN forwarded INTEGER NOT NULL DEFAULT 0;
",
    "
CREATE TABLE eventbridge_fired (rule TEXT PRIMARY KEY, fired_at INTEGER NOT NULL) STRICT;
",
];
