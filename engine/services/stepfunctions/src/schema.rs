//! The tables of the service.

/// Scripts for [`store::Store::migrate`]; only ever added to.
pub(crate) const MIGRATIONS: &[&str] = &[
    r#"
-- A machine with its versions, aliases and tags; and each of its revisions, which executions refer to for ever.
CREATE TABLE states_machines (arn TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
CREATE TABLE states_revisions (id INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;

CREATE TABLE states_activities (arn TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;

-- wake_at: the earliest timer. busy: whether something is under way whose outcome a crash would lose.
CREATE TABLE states_executions (
    id INTEGER PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    machine TEXT NOT NULL,
    revision INTEGER NOT NULL,
    version TEXT,
    alias TEXT,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    input TEXT NOT NULL,
    output TEXT,
    error TEXT,
    cause TEXT,
    trace_header TEXT,
    wake_at INTEGER,
    busy INTEGER NOT NULL
) STRICT;
CREATE INDEX states_executions_by_machine ON states_executions (machine, started_at DESC, id DESC);
CREATE INDEX states_executions_by_wake ON states_executions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX states_executions_busy ON states_executions (id) WHERE busy = 1;

-- One row an append: the stimuli that were applied, and the events they led to as GetExecutionHistory has them.
CREATE TABLE states_journal (
    execution INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    first_event INTEGER NOT NULL,
    stimuli TEXT NOT NULL,
    events TEXT NOT NULL,
    PRIMARY KEY (execution, sequence)
) STRICT;

-- Tasks that somebody else ends: key is a task token, or the ARN of a child execution.
-- state: 0 waits (an activity: for a worker), 1 a worker has it, 2 nobody waits any more.
CREATE TABLE states_waits (
    key TEXT NOT NULL,
    execution INTEGER NOT NULL,
    task INTEGER NOT NULL,
    kind TEXT NOT NULL,
    activity TEXT,
    input TEXT,
    state INTEGER NOT NULL,
    PRIMARY KEY (key, execution, task)
) STRICT;
CREATE INDEX states_waits_scheduled ON states_waits (activity) WHERE kind = 'activity' AND state = 0;

-- Status changes that have not been put on the default bus yet.
CREATE TABLE states_status_changes (id INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
"#,
    r#"
-- Children of distributed maps: the run they belong to, and which state of the revision's definition they process.
ALTER TABLE states_executions ADD COLUMN map_run TEXT;
ALTER TABLE states_executions ADD COLUMN location TEXT;
CREATE INDEX states_executions_by_map_run ON states_executions (map_run, id) WHERE map_run IS NOT NULL;
CREATE TABLE states_map_runs (arn TEXT PRIMARY KEY, execution TEXT NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX states_map_runs_by_execution ON states_map_runs (execution);
"#,
    r#"
-- Express executions that nobody waits for: kept until they have ended, so that a crash makes them run again.
CREATE TABLE states_express (arn TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
"#,
    r#"
-- Redrives, with the latest client tokens they came with; and how many items a child of a map run was given.
ALTER TABLE states_executions ADD COLUMN redrive_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE states_executions ADD COLUMN redrive_date INTEGER;
ALTER TABLE states_executions ADD COLUMN redrive_tokens TEXT;
ALTER TABLE states_executions ADD COLUMN items INTEGER;
-- The status that a child had before it waited for its redrive.
ALTER TABLE states_executions ADD COLUMN pending_from TEXT;
-- What the children of a map run are given where that was read from elsewhere, and how Express ones ended.
CREATE TABLE states_map_items (
    run TEXT NOT NULL,
    place INTEGER NOT NULL,
    input TEXT,
    items INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
"#,
    r#"
-- What has ended is kept for a time.
CREATE INDEX states_executions_by_stop ON states_executions (stopped_at) WHERE stopped_at IS NOT NULL;
"#,
    r#"
-- What an execution leaves behind is forgotten with it.
CREATE INDEX states_waits_by_execution ON states_waits (execution);
"#,
    r#"
-- Ascending: new rows come at the end, where a b-tree fills its pages and dirties few of them.
DROP INDEX states_executions_by_machine;
CREATE INDEX states_executions_by_machine ON states_executions (machine, started_at, id);
"#,
    r#"
-- Lists are in the order of what happened last to an execution, status by status, so that no page reads what others ended as.
ALTER TABLE states_executions ADD COLUMN listed_at INTEGER
    GENERATED ALWAYS AS (coalesce(stopped_at, redrive_date, started_at)) VIRTUAL;
DROP INDEX states_executions_by_machine;
CREATE INDEX states_executions_by_machine ON states_executions (machine, status, listed_at, id);
CREATE INDEX states_executions_by_version ON states_executions (version, status, listed_at, id) WHERE version IS NOT NULL;
CREATE INDEX states_executions_by_alias ON states_executions (alias, status, listed_at, id) WHERE alias IS NOT NULL;
CREATE INDEX states_executions_redriven ON states_executions (machine, status, listed_at, id) WHERE redrive_count > 0;
DROP INDEX states_executions_by_map_run;
CREATE INDEX states_executions_by_map_run ON states_executions (map_run, status, listed_at, id) WHERE map_run IS NOT NULL;
-- Express children of map runs are listed likewise, and found by their ARN.
ALTER TABLE states_map_items ADD COLUMN status TEXT GENERATED ALWAYS AS (outcome ->> '$.status') VIRTUAL;
ALTER TABLE states_map_items ADD COLUMN listed_at INTEGER GENERATED ALWAYS AS (outcome ->> '$.stopped_at') VIRTUAL;
ALTER TABLE states_map_items ADD COLUMN arn TEXT GENERATED ALWAYS AS (outcome ->> '$.arn') VIRTUAL;
CREATE INDEX states_map_items_by_run ON states_map_items (run, status, listed_at, place) WHERE outcome IS NOT NULL;
CREATE INDEX states_map_items_by_arn ON states_map_items (arn) WHERE outcome IS NOT NULL;
"#,
];
