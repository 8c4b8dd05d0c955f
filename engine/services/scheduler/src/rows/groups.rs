//! Groups.

use ::service::ServiceError;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, no_such_group};
use crate::group::Group;

pub(crate) fn put(connection: &Connection, group: &Group) -> Result<(), ServiceError> {
    let document = serde_json::to_string(group).expect("a group is JSON");
    connection.execute("INSERT OR REPLACE INTO scheduler_groups VALUES (?1, ?2)", params![group.name, document])?;
    Ok(())
}

pub(crate) fn find(connection: &Connection, name: &str) -> Result<Option<Group>, ServiceError> {
    let mut statement = connection.prepare_cached("SELECT document FROM scheduler_groups WHERE name = ?1")?;
    let text: Option<String> = statement.query_row([name], |row| row.get(0)).optional()?;
    text.map(|text| read(&text)).transpose()
}

/// The group, or the error that there is none.
pub(crate) fn get(connection: &Connection, name: &str) -> Result<Group, ServiceError> {
    find(connection, name)?.ok_or_else(|| no_such_group(name))
}

/// Deletes a group and all schedules in it.
pub(crate) fn delete(connection: &Connection, name: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM scheduler_schedules WHERE group_name = ?1", [name])?;
    connection.execute("DELETE FROM scheduler_groups WHERE name = ?1", [name])?;
    Ok(())
}

/// Up to `most` groups whose names begin with `prefix` and come after `after`, by name.
pub(crate) fn list(
    connection: &Connection,
    prefix: &str,
    after: &str,
    most: usize,
) -> Result<Vec<Group>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT document FROM scheduler_groups WHERE name > ?1 AND substr(name, 1, length(?2)) = ?2 \
         ORDER BY name LIMIT ?3",
    )?;
    let texts = statement.query_map(params![after, prefix, most], |row| row.get::<_, String>(0))?;
    texts.map(|text| read(&text?)).collect()
}

fn read(text: &str) -> Result<Group, ServiceError> {
    serde_json::from_str(text).map_err(|failure| damaged("schedule group", failure))
}
