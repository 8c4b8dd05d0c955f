//! The rows in the store.

pub(crate) mod groups;
pub(crate) mod invocations;
pub(crate) mod schedules;

/// An invocation keeps its target, so that it goes on as it began when its schedule is changed or deleted.
pub(crate) const TABLES: &[&str] = &["
CREATE TABLE scheduler_groups (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
CREATE TABLE scheduler_schedules (
  id INTEGER PRIMARY KEY AUTOINCREMENT, group_name TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
  document TEXT NOT NULL, next_at INTEGER, UNIQUE (group_name, name)
) STRICT;
CREATE INDEX scheduler_schedules_by_next ON scheduler_schedules (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE scheduler_invocations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, schedule INTEGER NOT NULL, arn TEXT NOT NULL, scheduled_at INTEGER NOT NULL,
  invoked_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, failure TEXT, target TEXT NOT NULL
) STRICT;
CREATE INDEX scheduler_invocations_by_due ON scheduler_invocations (due_at);
CREATE INDEX scheduler_invocations_by_schedule ON scheduler_invocations (schedule);
"];
