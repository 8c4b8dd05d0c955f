//! The rows in the store.

pub(crate) mod jobs;
pub(crate) mod named;
pub(crate) mod outbox;

/// `named` holds queues, job templates and presets.
pub(crate) const TABLES: &[&str] = &["
CREATE TABLE mediaconvert_jobs (
  id TEXT PRIMARY KEY, queue TEXT NOT NULL, status TEXT NOT NULL, priority INTEGER NOT NULL, submitted_at INTEGER NOT NULL,
  token TEXT UNIQUE, document TEXT NOT NULL
) STRICT;
CREATE INDEX mediaconvert_jobs_by_status ON mediaconvert_jobs (status, queue, submitted_at);
CREATE TABLE mediaconvert_named (
  collection TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (collection, name)
) STRICT;
CREATE TABLE mediaconvert_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL) STRICT;
"];
