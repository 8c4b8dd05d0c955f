//! Parameters in the store.

use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value, json};
use service::{Scope, ServiceError};

use crate::errors;
use crate::name::{Reference, arn};

pub(crate) const MIGRATIONS: &[&str] = &["
    CREATE TABLE ssm_versions (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        type TEXT NOT NULL,
        value TEXT NOT NULL,
        modified INTEGER NOT NULL,
        more TEXT NOT NULL,
        PRIMARY KEY (name, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ssm_labels (
        name TEXT NOT NULL, label TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (name, label)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ssm_tags (
        name TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, key)
    ) STRICT, WITHOUT ROWID;
"];

/// One version of a parameter.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) name: String,
    pub(crate) version: i64,
    pub(crate) kind: String,
    pub(crate) value: String,
    /// Milliseconds since the epoch.
    pub(crate) modified: i64,
    /// `KeyId`, `Description`, `AllowedPattern`, `Tier`, `DataType`.
    pub(crate) more: Map<String, Value>,
}

const COLUMNS: &str = "name, version, type, value, modified, more";

impl Version {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let more: String = row.get(5)?;
        Ok(Self {
            name: row.get(0)?,
            version: row.get(1)?,
            kind: row.get(2)?,
            value: row.get(3)?,
            modified: row.get(4)?,
            more: serde_json::from_str(&more).unwrap_or_default(),
        })
    }

    /// Adds this version.
    pub(crate) fn insert(&self, connection: &Connection) -> Result<(), ServiceError> {
        connection.prepare_cached("INSERT INTO ssm_versions VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute((
            &self.name,
            self.version,
            &self.kind,
            &self.value,
            self.modified,
            Value::Object(self.more.clone()).to_string(),
        ))?;
        Ok(())
    }

    /// The newest version of each parameter, by name.
    pub(crate) fn all_latest(connection: &Connection) -> Result<Vec<Self>, ServiceError> {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM ssm_versions AS one
             WHERE version = (SELECT max(version) FROM ssm_versions WHERE name = one.name) ORDER BY name"
        ))?;
        Ok(statement.query_map([], Self::read)?.collect::<Result<_, _>>()?)
    }

    /// All versions of a parameter, oldest first.
    pub(crate) fn history(connection: &Connection, name: &str) -> Result<Vec<Self>, ServiceError> {
        let mut statement = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM ssm_versions WHERE name = ?1 ORDER BY version"))?;
        Ok(statement.query_map([name], Self::read)?.collect::<Result<_, _>>()?)
    }

    /// The newest version of a parameter.
    pub(crate) fn latest(connection: &Connection, name: &str) -> Result<Option<Self>, ServiceError> {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM ssm_versions WHERE name = ?1 ORDER BY version DESC LIMIT 1"
        ))?;
        Ok(statement.query_row([name], Self::read).optional()?)
    }

    /// The version that a reference names: by number, by label, or the newest.
    pub(crate) fn find(connection: &Connection, reference: &Reference) -> Result<Self, ServiceError> {
        let Reference { name, selector } = reference;
        let latest = Self::latest(connection, name)?.ok_or_else(errors::not_found)?;
        let Some(selector) = selector else { return Ok(latest) };
        let number = match selector.parse::<i64>() {
            Ok(number) => Some(number),
            Err(_) => connection
                .prepare_cached("SELECT version FROM ssm_labels WHERE name = ?1 AND label = ?2")?
                .query_row((name, selector), |row| row.get(0))
                .optional()?,
        };
        let mut statement = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM ssm_versions WHERE name = ?1 AND version = ?2"))?;
        let found = statement.query_row((name, number), Self::read).optional()?;
        found.ok_or_else(|| errors::version_not_found(name, selector))
    }

    /// The labels of this version.
    pub(crate) fn labels(&self, connection: &Connection) -> Result<Vec<String>, ServiceError> {
        let mut statement = connection
            .prepare_cached("SELECT label FROM ssm_labels WHERE name = ?1 AND version = ?2 ORDER BY label")?;
        Ok(statement.query_map((&self.name, self.version), |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    fn shown_value(&self, decrypt: bool) -> String {
        if self.kind != "SecureString" || decrypt {
            return self.value.clone();
        }
        let key = self.more.get("KeyId").and_then(Value::as_str).unwrap_or_default();
        format!("kms:{key}:{}", self.value)
    }

    fn seconds(&self) -> f64 {
        clock::Timestamp::from_millis(self.modified).as_epoch_seconds()
    }

    /// AWS's `Parameter`.
    pub(crate) fn to_parameter(&self, scope: &Scope, decrypt: bool, selector: Option<&str>) -> Value {
        let mut parameter = json!({
            "Name": self.name,
            "Type": self.kind,
            "Value": self.shown_value(decrypt),
            "Version": self.version,
            "LastModifiedDate": self.seconds(),
            "ARN": arn(scope, &self.name),
            "DataType": self.more.get("DataType"),
        });
        if let Some(selector) = selector {
            parameter["Selector"] = format!(":{selector}").into();
        }
        parameter
    }

    /// AWS's `ParameterMetadata`.
    pub(crate) fn to_metadata(&self, scope: &Scope) -> Value {
        let mut metadata = json!({
            "Name": self.name,
            "ARN": arn(scope, &self.name),
            "Type": self.kind,
            "LastModifiedDate": self.seconds(),
            "LastModifiedUser": format!("arn:aws:iam::{}:root", scope.account),
            "Version": self.version,
            "Policies": [],
        });
        for (name, value) in &self.more {
            metadata[name] = value.clone();
        }
        metadata
    }

    /// AWS's `ParameterHistory`.
    pub(crate) fn to_history(&self, scope: &Scope, decrypt: bool, labels: Vec<String>) -> Value {
        let mut history = self.to_metadata(scope);
        history["Value"] = self.shown_value(decrypt).into();
        history["Labels"] = labels.into();
        if let Some(members) = history.as_object_mut() {
            members.shift_remove("ARN");
        }
        history
    }
}
