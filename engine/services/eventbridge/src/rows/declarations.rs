//! Buses, rules, targets and replays as documents.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use service::{Scope, ServiceError};
use store::rusqlite::{Connection, params};

use crate::bus::{Bus, BusRecord};
use crate::names::DEFAULT_BUS;
use crate::registry::Registry;
use crate::replay::Replay;
use crate::rule::{Rule, RuleRecord};
use crate::target::Target;

fn text(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("a document is JSON")
}

fn document<T: DeserializeOwned>(text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text).map_err(|failure| {
        ServiceError::server("InternalException", format!("a stored document is damaged ({failure}): {text}"))
    })
}

pub(crate) fn put_bus(connection: &Connection, bus: &BusRecord) -> Result<(), ServiceError> {
    connection.execute("INSERT OR REPLACE INTO eventbridge_buses VALUES (?1, ?2)", params![bus.name, text(bus)])?;
    Ok(())
}

pub(crate) fn delete_bus(connection: &Connection, name: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM eventbridge_buses WHERE name = ?1", [name])?;
    Ok(())
}

/// Writes the rule and all its targets.
pub(crate) fn put_rule(connection: &Connection, rule: &Rule) -> Result<(), ServiceError> {
    let (bus, name) = (&rule.record.bus, &rule.record.name);
    connection.execute(
        "INSERT OR REPLACE INTO eventbridge_rules VALUES (?1, ?2, ?3)",
        params![bus, name, text(&rule.record)],
    )?;
    connection.execute("DELETE FROM eventbridge_targets WHERE bus = ?1 AND rule = ?2", params![bus, name])?;
    for target in rule.targets.values() {
        connection.execute(
            "INSERT INTO eventbridge_targets VALUES (?1, ?2, ?3, ?4)",
            params![bus, name, target.id, text(&target.document)],
        )?;
    }
    Ok(())
}

pub(crate) fn delete_rule(connection: &Connection, bus: &str, name: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM eventbridge_rules WHERE bus = ?1 AND name = ?2", params![bus, name])?;
    connection.execute("DELETE FROM eventbridge_targets WHERE bus = ?1 AND rule = ?2", params![bus, name])?;
    if bus == DEFAULT_BUS {
        super::fired::delete(connection, name)?;
    }
    Ok(())
}

pub(crate) fn put_replay(connection: &Connection, replay: &Replay) -> Result<(), ServiceError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO eventbridge_replays VALUES (?1, ?2)")?
        .execute(params![replay.name, text(replay)])?;
    Ok(())
}

/// Reads everything that was declared.
pub(crate) fn registry(connection: &Connection, scope: &Scope) -> Result<Registry, ServiceError> {
    let mut registry = Registry::default();
    for text in texts(connection, "SELECT document FROM eventbridge_buses")? {
        let record: BusRecord = document(&text)?;
        registry.buses.insert(record.name.clone(), Bus::new(record));
    }
    for text in texts(connection, "SELECT document FROM eventbridge_rules")? {
        let record: RuleRecord = document(&text)?;
        let mut rule = Rule::new(record, scope)?;
        let mut targets =
            connection.prepare_cached("SELECT document FROM eventbridge_targets WHERE bus = ?1 AND rule = ?2")?;
        let rows = targets.query_map(params![rule.record.bus, rule.record.name], |row| row.get::<_, String>(0))?;
        for text in rows {
            let target = Target::new(document::<Value>(&text?)?)?;
            rule.targets.insert(target.id.clone(), target.into());
        }
        registry.put_rule(rule);
    }
    for archive in super::archives::all(connection)? {
        registry.archives.insert(archive.name.clone(), archive);
    }
    for text in texts(connection, "SELECT document FROM eventbridge_replays")? {
        let replay: Replay = document(&text)?;
        registry.replays.insert(replay.name.clone(), replay);
    }
    Ok(registry)
}

fn texts(connection: &Connection, query: &str) -> Result<Vec<String>, ServiceError> {
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
