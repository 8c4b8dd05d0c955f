//! Stream records: found by an index, told by signals, gone after a day.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use service::ServiceError;

use crate::database::Session;

/// How long AWS keeps a stream record.
pub(crate) const RETENTION_SECONDS: i64 = 24 * 3600;

/// How many records go in one transaction.
const TRIM_GROUP: usize = 2_000;

/// dynoxide asks for a table's newest sequence number on every write and has no index for it.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE INDEX IF NOT EXISTS _sluice_stream_records_in_order
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER), shard_id);",
    )
}

/// The id of the newest record, zero when there has been none.
pub(crate) fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(id), 0) FROM _stream_records", [], |row| row.get(0))
}

/// The ARNs of the streams that got records since it was last asked.
///
/// dynoxide records a write that left its item as it was; AWS doesn't, so such a record is taken out again. Nothing runs
/// in between on this thread; after a crash in between, a consumer sees one change that is none.
pub(crate) fn written_streams(session: &Session) -> Vec<String> {
    let find = || -> rusqlite::Result<Vec<String>> {
        let connection = session.storage.conn();
        let mut statement = connection.prepare_cached(
            "SELECT id, table_name, old_image, new_image FROM _stream_records WHERE id > ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([session.last_record.get()])?;
        let (mut tables, mut unchanged) = (Vec::<String>::new(), Vec::<i64>::new());
        while let Some(row) = rows.next()? {
            session.last_record.set(row.get(0)?);
            if is_same(row.get_ref(2)?.as_str_or_null()?, row.get_ref(3)?.as_str_or_null()?) {
                unchanged.push(row.get(0)?);
                continue;
            }
            let table = row.get_ref(1)?.as_str()?;
            if !tables.iter().any(|known| known == table) {
                tables.push(table.to_owned());
            }
        }
        for id in unchanged {
            connection.prepare_cached("DELETE FROM _stream_records WHERE id = ?1")?.execute([id])?;
        }
        Ok(tables)
    };
    let tables = find().unwrap_or_else(|error| {
        tracing::error!(%error, "the streams that were written can't be told; consumers find their records on their next look");
        Vec::new()
    });
    tables.iter().filter_map(|table| stream_arn(session, table)).collect()
}

/// Whether both images are there and say the same, in whatever order.
fn is_same(old: Option<&str>, new: Option<&str>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    let read = |image| serde_json::from_str::<Value>(image).ok();
    old.len() == new.len() && (old == new || read(old) == read(new))
}

/// The ARN of a table's stream, `None` when it has none.
pub(crate) fn stream_arn(session: &Session, table: &str) -> Option<String> {
    let table = session.storage.get_table_metadata(table).ok().flatten()?;
    let label = table.stream_label.filter(|_| table.stream_enabled)?;
    Some(session.names.stream_arn(&table.table_name, &label))
}

/// Forgets the records of a table that is gone or whose stream begins anew.
pub(crate) fn forget(session: &Session, table: &str) -> Result<(), rusqlite::Error> {
    session.storage.conn().execute("DELETE FROM _stream_records WHERE table_name = ?1", [table]).map(drop)
}

/// Removes a group of the records that are older than a day; answers `{"Trimmed": n, "Oldest": seconds?}`.
pub(crate) fn trim(session: &Session) -> Result<Value, ServiceError> {
    let connection = session.storage.conn();
    let horizon = session.clock.now().as_millis() / 1000 - RETENTION_SECONDS;
    // Ids are in order of time, so this looks at no more records than it removes.
    let trimmed = connection.execute(
        "DELETE FROM _stream_records WHERE id IN (SELECT id FROM _stream_records WHERE id < coalesce(
             (SELECT id FROM _stream_records WHERE created_at >= ?1 ORDER BY id LIMIT 1), 9223372036854775807)
         ORDER BY id LIMIT ?2)",
        (horizon, TRIM_GROUP),
    )?;
    let oldest: Option<i64> = connection
        .query_row("SELECT created_at FROM _stream_records ORDER BY id LIMIT 1", [], |row| row.get(0))
        .optional()?;
    Ok(serde_json::json!({"Trimmed": trimmed, "Oldest": oldest}))
}
