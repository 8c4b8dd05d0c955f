//! What has been deployed, in the store.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use store::rusqlite::{Connection, Row};
use store::{Store, StoreError, rusqlite};

use crate::place::Spot;

const MIGRATIONS: &[&str] = &["
    CREATE TABLE cloudformation_resources (
        stack TEXT NOT NULL,
        logical_id TEXT NOT NULL,
        file TEXT NOT NULL,
        type TEXT NOT NULL,
        physical_id TEXT NOT NULL,
        status TEXT NOT NULL,
        generation INTEGER NOT NULL,
        position INTEGER NOT NULL,
        deletion_policy TEXT NOT NULL,
        properties TEXT NOT NULL,
        attributes TEXT NOT NULL,
        PRIMARY KEY (stack, logical_id)
    ) STRICT, WITHOUT ROWID;
"];

/// A resource as it was deployed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) stack: String,
    pub(crate) logical_id: String,
    /// The template that it came from.
    pub(crate) file: String,
    pub(crate) resource_type: String,
    pub(crate) physical_id: String,
    pub(crate) status: Status,
    /// How often it has been replaced.
    pub(crate) generation: i64,
    /// Its place in the order of making: what comes later may need it.
    pub(crate) position: i64,
    pub(crate) retain: bool,
    /// As they were evaluated.
    pub(crate) properties: Map<String, Value>,
    pub(crate) attributes: Map<String, Value>,
}

/// How far a resource has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Its making was begun; when this is found at start-up, the engine was stopped meanwhile.
    Begun,
    Made,
    /// It has been replaced and is to be deleted.
    Leaving,
}

/// Records by stack and logical id.
pub(crate) type ByName = BTreeMap<(String, String), Record>;

/// The table of records.
#[derive(Clone)]
pub(crate) struct Records(Store);

impl Records {
    pub(crate) fn open(store: &Store) -> Result<Self, StoreError> {
        store.migrate("cloudformation", MIGRATIONS)?;
        Ok(Self(store.clone()))
    }

    pub(crate) async fn all(&self) -> Result<ByName, StoreError> {
        let read = |connection: &Connection| -> Result<ByName, StoreError> {
            let mut statement = connection.prepare("SELECT * FROM cloudformation_resources")?;
            let records = statement.query_map([], Record::read)?;
            Ok(records.map(|record| record.map(|record| (record.key(), record))).collect::<Result<_, _>>()?)
        };
        self.0.read(read).await
    }

    /// Writes some and removes others, all or none.
    pub(crate) async fn change(&self, written: Vec<Record>, removed: Vec<(String, String)>) -> Result<(), StoreError> {
        if written.is_empty() && removed.is_empty() {
            return Ok(());
        }
        let write = move |connection: &Connection| -> Result<(), StoreError> {
            for (stack, logical_id) in &removed {
                let sql = "DELETE FROM cloudformation_resources WHERE stack = ?1 AND logical_id = ?2";
                connection.prepare_cached(sql)?.execute((stack, logical_id))?;
            }
            for record in &written {
                record.write(connection)?;
            }
            Ok(())
        };
        self.0.write(write).await
    }
}

impl Record {
    pub(crate) fn key(&self) -> (String, String) {
        (self.stack.clone(), self.logical_id.clone())
    }

    /// Where its template describes it.
    pub(crate) fn spot(&self) -> Spot {
        Spot { file: self.file.clone(), pointer: format!("/Resources/{}", self.logical_id) }
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let object = |index: usize| -> rusqlite::Result<Map<String, Value>> {
            Ok(serde_json::from_str(&row.get::<_, String>(index)?).unwrap_or_default())
        };
        Ok(Self {
            stack: row.get(0)?,
            logical_id: row.get(1)?,
            file: row.get(2)?,
            resource_type: row.get(3)?,
            physical_id: row.get(4)?,
            status: match row.get_ref(5)?.as_str()? {
                "begun" => Status::Begun,
                "leaving" => Status::Leaving,
                _ => Status::Made,
            },
            generation: row.get(6)?,
            position: row.get(7)?,
            retain: row.get_ref(8)?.as_str()? == "Retain",
            properties: object(9)?,
            attributes: object(10)?,
        })
    }

    fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let text = |members: &Map<String, Value>| serde_json::to_string(members).unwrap_or_default();
        let status = match self.status {
            Status::Begun => "begun",
            Status::Made => "made",
            Status::Leaving => "leaving",
        };
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO cloudformation_resources VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute((
                &self.stack,
                &self.logical_id,
                &self.file,
                &self.resource_type,
                &self.physical_id,
                status,
                self.generation,
                self.position,
                if self.retain { "Retain" } else { "Delete" },
                text(&self.properties),
                text(&self.attributes),
            ))
            .map(drop)
    }
}
