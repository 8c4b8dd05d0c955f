//! Time to live: items whose time has come are deleted in the background, as AWS does it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html>

use std::sync::Arc;
use std::time::Duration;

use dynoxide::DynoxideError;
use dynoxide::storage::TableMetadata;
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use service::{Platform, ServiceError};

use crate::database::{Database, Session};
use crate::errors::service_error;
use crate::{operations, records};

/// Rows looked at in one turn, so that other operations wait no longer than that takes.
const PAGE: usize = 500;
/// AWS leaves items alone whose time is longer ago than this.
const TOO_OLD_SECONDS: i64 = 5 * 365 * 24 * 3600;
/// How often it looks at most, and at least: AWS promises days.
const BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));

/// How long after its start the engine leaves stream records alone: while it was stopped they grew old without anybody
/// who could have read them, which doesn't happen on AWS.
const CATCHING_UP: Duration = Duration::from_secs(3600);

/// While `active` is set, stream records carry the identity by which consumers tell an expiry from a deletion.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        r#"CREATE TEMP TABLE _sluice_expiry (active INTEGER NOT NULL);
           CREATE TEMP TRIGGER _sluice_expiry_identity AFTER INSERT ON main._stream_records
           WHEN EXISTS (SELECT 1 FROM temp._sluice_expiry)
           BEGIN
               UPDATE _stream_records SET user_identity = '{"type":"Service","principalId":"dynamodb.amazonaws.com"}'
               WHERE id = NEW.id;
           END;"#,
    )
}

/// Deletes what has expired and trims streams, forever.
pub(crate) async fn run(database: Arc<Database>, platform: Platform) {
    let started = platform.clock.now();
    loop {
        let now = platform.clock.now();
        let due = match sweep(&database, now.since(started) >= CATCHING_UP).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "tables can't be swept; it is tried again");
                None
            }
        };
        let due =
            due.map_or(BOUNDS.1, |seconds| clock::Timestamp::from_millis(seconds.saturating_mul(1000)).since(now));
        platform.clock.sleep(due.clamp(BOUNDS.0, BOUNDS.1)).await;
    }
}

/// One look at everything; the second at which the next thing is due.
async fn sweep(database: &Database, trims: bool) -> Result<Option<i64>, ServiceError> {
    let mut due: Option<i64> = None;
    let mut note = |seconds: Option<i64>| due = [due, seconds].into_iter().flatten().min();
    let tables = database.run(|session| answer(session, tables(session))).await?;
    for table in tables.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let (mut after, mut until) = (0, None);
        loop {
            let name = table.to_owned();
            let page = database.run(move |session| answer(session, sweep_page(session, &name, after, until))).await;
            let page = page.unwrap_or_else(|error| {
                tracing::warn!(%error, table, "expired items were not all deleted; it is tried again");
                Value::Null
            });
            note(page["Due"].as_i64());
            match (page["Last"].as_i64(), page["Until"].as_i64()) {
                (Some(last), end) => (after, until) = (last, end),
                _ => break,
            }
        }
    }
    if trims {
        note(trim(database).await?);
    }
    Ok(due)
}

/// Removes all stream records that are too old; the second at which the next one is.
async fn trim(database: &Database) -> Result<Option<i64>, ServiceError> {
    loop {
        let trimmed = database.run(records::trim).await?;
        if trimmed["Trimmed"] == 0 {
            return Ok(trimmed["Oldest"].as_i64().map(|created| created + records::RETENTION_SECONDS));
        }
    }
}

fn answer(session: &Session, outcome: Result<Value, DynoxideError>) -> Result<Value, ServiceError> {
    outcome.map_err(|error| service_error(&error, &session.names))
}

fn tables(session: &Session) -> Result<Value, DynoxideError> {
    Ok(session.storage.list_ttl_enabled_tables()?.into_iter().map(|table| table.table_name).collect())
}

/// Looks at the rows after `after` and up to `until` (the newest row when the sweep began, so that it ends) and deletes
/// those whose time has come.
fn sweep_page(session: &Session, table: &str, after: i64, until: Option<i64>) -> Result<Value, DynoxideError> {
    let Some(table) = session.storage.get_table_metadata(table)? else { return Ok(Value::Null) };
    let Some(attribute) = table.ttl_attribute.clone().filter(|_| table.ttl_enabled) else { return Ok(Value::Null) };
    let name = &table.table_name;
    let connection = session.storage.conn();
    let until = match until {
        Some(until) => until,
        None => {
            connection.query_row(&format!("SELECT coalesce(max(rowid), 0) FROM \"{name}\""), [], |row| row.get(0))?
        }
    };
    let now = session.clock.now().as_millis() / 1000;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT rowid, CAST(json_extract(item_json, ?3) AS INTEGER), item_json FROM \"{name}\"
         WHERE rowid > ?1 AND rowid <= ?2 ORDER BY rowid LIMIT {PAGE}"
    ))?;
    let mut rows = statement.query((after, until, format!("$.\"{attribute}\".N")))?;
    let (mut last, mut due, mut expired) = (None, None::<i64>, Vec::new());
    while let Some(row) = rows.next()? {
        last = Some(row.get::<_, i64>(0)?);
        match row.get::<_, Option<i64>>(1)? {
            Some(time) if time < now && time > now - TOO_OLD_SECONDS => expired.push(row.get::<_, String>(2)?),
            Some(time) if time >= now => due = Some(due.unwrap_or(time).min(time)),
            _ => {}
        }
    }
    drop(rows);
    drop(statement);
    for item in expired {
        delete(session, &table, &attribute, &item)?;
    }
    Ok(json!({"Last": last, "Until": until, "Due": due.map(|time| time + 1)}))
}

/// Deletes an item the way DeleteItem does, unless its time has been moved.
fn delete(session: &Session, table: &TableMetadata, attribute: &str, item: &str) -> Result<(), DynoxideError> {
    let item: Map<String, Value> = serde_json::from_str(item).unwrap_or_default();
    let schema: Vec<Value> = serde_json::from_str(&table.key_schema).unwrap_or_default();
    let names = schema.iter().filter_map(|element| element["AttributeName"].as_str());
    let key: Map<_, _> = names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone()))).collect();
    let request = json!({
        "TableName": table.table_name,
        "Key": key,
        "ConditionExpression": "#time = :seen",
        "ExpressionAttributeNames": {"#time": attribute},
        "ExpressionAttributeValues": {":seen": item.get(attribute)},
    });
    let connection = session.storage.conn();
    connection.execute("INSERT INTO temp._sluice_expiry VALUES (1)", [])?;
    let outcome = operations::delete_item(session, request);
    connection.execute("DELETE FROM temp._sluice_expiry", [])?;
    match outcome {
        Ok(_) | Err(DynoxideError::ConditionalCheckFailedException(..)) => Ok(()),
        Err(error) => Err(error),
    }
}
