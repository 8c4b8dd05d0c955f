//! PutParameter, deletions and labels.

use regex::Regex;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::{Scope, ServiceError};

use crate::errors;
use crate::name::{self, Reference};
use crate::tables::Version;
use crate::tags;

const MAXIMUM_VERSIONS: usize = 100;
const MAXIMUM_LABELS: usize = 10;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutParameter {
    name: String,
    value: String,
    #[serde(rename = "Type")]
    kind: Option<String>,
    description: Option<String>,
    key_id: Option<String>,
    #[serde(default)]
    overwrite: bool,
    allowed_pattern: Option<String>,
    #[serde(default)]
    tags: Vec<Value>,
    tier: Option<String>,
    policies: Option<String>,
    data_type: Option<String>,
}

impl PutParameter {
    /// Checks what can be checked without the parameter that may be there already.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        name::check(&self.name)?;
        if let Some(kind) = &self.kind
            && !["String", "StringList", "SecureString"].contains(&kind.as_str())
        {
            let constraint = "Member must satisfy enum value set: [SecureString, StringList, String]";
            return Err(errors::constraint("type", kind, constraint));
        }
        if self.value.is_empty() {
            return Err(errors::constraint("value", "", "Member must have length greater than or equal to 1"));
        }
        if self.policies.as_deref().is_some_and(|policies| !["", "[]"].contains(&policies)) {
            return Err(ServiceError::client(
                "UnsupportedOperationException",
                format!("sluice does not implement parameter policies yet; remove Policies from {}", self.name),
            ));
        }
        let (limit, tier) = if self.tier() == "Advanced" { (8192, "Advanced") } else { (4096, "Standard") };
        if self.value.len() > limit {
            return Err(ServiceError::validation(format!(
                "{tier} tier parameters support a maximum parameter value of {limit} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
            )));
        }
        if !self.tags.is_empty() && self.overwrite {
            return Err(ServiceError::validation(
                "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
            ));
        }
        let Some(pattern) = &self.allowed_pattern else { return Ok(()) };
        let expression = Regex::new(&format!("^(?:{pattern})$")).map_err(|_| {
            ServiceError::client(
                "InvalidAllowedPatternException",
                format!("The request does not meet the regular expression requirement: {pattern}"),
            )
        })?;
        if expression.is_match(&self.value) {
            return Ok(());
        }
        Err(ServiceError::client(
            "ParameterPatternMismatchException",
            format!("Parameter value, cannot be validated against allowedPattern: {pattern}"),
        ))
    }

    fn tier(&self) -> &str {
        match self.tier.as_deref() {
            Some("Advanced") => "Advanced",
            Some("Intelligent-Tiering") if self.value.len() > 4096 => "Advanced",
            _ => "Standard",
        }
    }

    /// Adds a version, the first or a further one.
    pub(crate) fn run(self, connection: &Connection, now: i64) -> Result<Value, ServiceError> {
        let before = Version::latest(connection, &self.name)?;
        let tier = self.tier().to_owned();
        let kind = match (&before, self.kind.clone()) {
            (Some(_), _) if !self.overwrite => return Err(errors::exists()),
            (Some(before), Some(kind)) if before.kind != kind => {
                return Err(ServiceError::client(
                    "HierarchyTypeMismatchException",
                    "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
                ));
            }
            (Some(before), _) => before.kind.clone(),
            (None, Some(kind)) => kind,
            (None, None) => {
                return Err(ServiceError::validation("A parameter type is required when you create a parameter."));
            }
        };
        let mut more = before.as_ref().map(|before| before.more.clone()).unwrap_or_default();
        let key = (kind == "SecureString").then(|| self.key_id.clone().unwrap_or_else(|| "alias/aws/ssm".to_owned()));
        set(&mut more, "KeyId", key);
        set(&mut more, "Description", self.description.clone());
        set(&mut more, "AllowedPattern", self.allowed_pattern.clone());
        set(&mut more, "Tier", Some(tier.clone()));
        set(&mut more, "DataType", Some(self.data_type.clone().unwrap_or_else(|| "text".to_owned())));
        let version = before.map_or(1, |before| before.version + 1);
        make_room(connection, &self.name)?;
        let new = Version { name: self.name, version, kind, value: self.value, modified: now, more };
        new.insert(connection)?;
        tags::add(connection, &new.name, &self.tags)?;
        Ok(json!({"Version": version, "Tier": tier}))
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: Option<String>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value.into());
    }
}

/// The hundred-and-first version takes the place of the oldest, unless that one has a label.
fn make_room(connection: &Connection, name: &str) -> Result<(), ServiceError> {
    let history = Version::history(connection, name)?;
    let Some(oldest) = history.first().filter(|_| history.len() >= MAXIMUM_VERSIONS) else { return Ok(()) };
    if !oldest.labels(connection)?.is_empty() {
        return Err(ServiceError::client(
            "ParameterMaxVersionLimitExceeded",
            format!(
                "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite flag. Version {}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.",
                oldest.version
            ),
        ));
    }
    connection.execute("DELETE FROM ssm_versions WHERE name = ?1 AND version = ?2", (name, oldest.version))?;
    Ok(())
}

/// Removes a parameter with its versions, labels and tags; false when there is none.
pub(crate) fn delete(connection: &Connection, name: &str) -> Result<bool, ServiceError> {
    connection.execute("DELETE FROM ssm_labels WHERE name = ?1", [name])?;
    connection.execute("DELETE FROM ssm_tags WHERE name = ?1", [name])?;
    Ok(connection.execute("DELETE FROM ssm_versions WHERE name = ?1", [name])? > 0)
}

/// DeleteParameter.
pub(crate) fn delete_one(connection: &Connection, scope: &Scope, name: &str) -> Result<Value, ServiceError> {
    let name = Reference::parse(name, scope).name;
    if delete(connection, &name)? { Ok(json!({})) } else { Err(errors::not_found()) }
}

/// DeleteParameters.
pub(crate) fn delete_many(connection: &Connection, scope: &Scope, names: &[String]) -> Result<Value, ServiceError> {
    let (mut deleted, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        let found = delete(connection, &Reference::parse(name, scope).name)?;
        if found { &mut deleted } else { &mut invalid }.push(name.clone());
    }
    Ok(json!({"DeletedParameters": deleted, "InvalidParameters": invalid}))
}

/// LabelParameterVersion: a label belongs to one version, so it moves.
pub(crate) fn label(
    connection: &Connection,
    name: &str,
    version: Option<i64>,
    labels: &[String],
) -> Result<Value, ServiceError> {
    let reference = Reference { name: name.to_owned(), selector: version.map(|version| version.to_string()) };
    let version = Version::find(connection, &reference)?;
    let valid = |label: &&String| {
        let lower = label.to_ascii_lowercase();
        let fits = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        let starts_well = label.starts_with(|first: char| !first.is_ascii_digit());
        label.len() <= 100
            && starts_well
            && !lower.starts_with("aws")
            && !lower.starts_with("ssm")
            && label.chars().all(fits)
    };
    let (good, bad): (Vec<&String>, Vec<&String>) = labels.iter().partition(valid);
    let mut all = version.labels(connection)?;
    all.extend(good.iter().map(|label| (*label).clone()));
    all.sort();
    all.dedup();
    if all.len() > MAXIMUM_LABELS {
        return Err(ServiceError::client(
            "ParameterVersionLabelLimitExceeded",
            format!(
                "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A parameter version can have maximum {MAXIMUM_LABELS} labels.Move one or more labels to another version and try again."
            ),
        ));
    }
    for label in good {
        connection.execute(
            "INSERT INTO ssm_labels VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET version = excluded.version",
            (name, label, version.version),
        )?;
    }
    Ok(json!({"InvalidLabels": bad, "ParameterVersion": version.version}))
}

/// UnlabelParameterVersion.
pub(crate) fn unlabel(
    connection: &Connection,
    name: &str,
    version: i64,
    labels: &[String],
) -> Result<Value, ServiceError> {
    let reference = Reference { name: name.to_owned(), selector: Some(version.to_string()) };
    Version::find(connection, &reference)?;
    let (mut removed, mut invalid) = (Vec::new(), Vec::new());
    for label in labels {
        let gone = connection.execute(
            "DELETE FROM ssm_labels WHERE name = ?1 AND label = ?2 AND version = ?3",
            (name, label, version),
        )?;
        if gone > 0 { &mut removed } else { &mut invalid }.push(label.clone());
    }
    Ok(json!({"RemovedLabels": removed, "InvalidLabels": invalid}))
}
