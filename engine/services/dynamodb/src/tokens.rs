//! Client request tokens: a transaction that is sent again within ten minutes is not done again.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use dynoxide::DynoxideError;

use crate::database::Session;

const WINDOW_MILLIS: i64 = 10 * 60 * 1000;

/// Tokens are kept beside the data so that a caller which tries again after a restart is recognised.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS _sluice_request_tokens (
             operation TEXT NOT NULL, token TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL,
             at INTEGER NOT NULL, PRIMARY KEY (operation, token)) STRICT;
         CREATE INDEX IF NOT EXISTS _sluice_request_tokens_by_age ON _sluice_request_tokens (at);",
    )
}

/// Runs a transaction, or answers what it answered when its token was first seen.
pub(crate) fn once(
    session: &Session,
    operation: &str,
    input: &Value,
    subject: &str,
    run: impl FnOnce() -> Result<Value, DynoxideError>,
) -> Result<Value, DynoxideError> {
    let Some(token) = input.get("ClientRequestToken").and_then(Value::as_str) else { return run() };
    if token.chars().count() > 36 {
        return Err(DynoxideError::ValidationException(format!(
            "1 validation error detected: Value '{token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36"
        )));
    }
    let connection = session.storage.conn();
    let now = session.clock.now().as_millis();
    connection
        .prepare_cached("DELETE FROM _sluice_request_tokens WHERE at <= ?1")?
        .execute([now.saturating_sub(WINDOW_MILLIS)])?;
    let request = canonical(&input[subject]);
    let seen: Option<(String, String)> = connection
        .prepare_cached("SELECT request, answer FROM _sluice_request_tokens WHERE operation = ?1 AND token = ?2")?
        .query_row((operation, token), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match seen {
        Some((first, answer)) if first == request => Ok(serde_json::from_str(&answer).unwrap_or_default()),
        Some(_) => Err(DynoxideError::IdempotentParameterMismatchException(
            "An error occurred (IdempotentParameterMismatchException)".to_owned(),
        )),
        None => {
            let answer = run()?;
            // dynoxide begins and ends its own transaction, so this is a second commit; both are synced together.
            connection.prepare_cached("INSERT INTO _sluice_request_tokens VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
                operation,
                token,
                &request,
                answer.to_string(),
                now,
            ))?;
            Ok(answer)
        }
    }
}

/// JSON text that does not depend on the order of members.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
