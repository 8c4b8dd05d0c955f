//! Tags of identities, templates and configuration sets.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Arn, ServiceError};

use super::configuration_sets::ConfigurationSet;
use super::identities::{Identity, no_such_identity};
use super::parse;
use super::templates::Template;
use crate::error;
use crate::rows::{self, Kind};
use crate::service::Call;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    resource_arn: String,
    #[serde(default)]
    tags: Vec<Value>,
    /// One or several: a repeated parameter of a URL.
    #[serde(default)]
    tag_keys: Value,
}

pub(crate) fn list(call: Call<'_>) -> Result<Value, ServiceError> {
    let input: Input = parse(call.input)?;
    change(call.connection, &input.resource_arn, |_| {}).map(|tags| json!({ "Tags": tags }))
}

pub(crate) fn tag(call: Call<'_>) -> Result<Value, ServiceError> {
    let input: Input = parse(call.input)?;
    change(call.connection, &input.resource_arn, |tags| {
        for added in input.tags {
            tags.retain(|tag| tag["Key"] != added["Key"]);
            tags.push(added);
        }
    })?;
    Ok(json!({}))
}

pub(crate) fn untag(call: Call<'_>) -> Result<Value, ServiceError> {
    let input: Input = parse(call.input)?;
    let keys = match input.tag_keys {
        Value::Array(keys) => keys,
        key => vec![key],
    };
    change(call.connection, &input.resource_arn, |tags| tags.retain(|tag| !keys.contains(&tag["Key"])))?;
    Ok(json!({}))
}

/// Changes the tags of what an ARN names; the tags it has then.
fn change(
    connection: &Connection,
    arn: &str,
    change: impl FnOnce(&mut Vec<Value>),
) -> Result<Vec<Value>, ServiceError> {
    let unknown = || error::bad_request(format!("the ARN names no identity, template or configuration set: {arn}"));
    let parsed = arn.parse::<Arn>().ok().filter(|parsed| parsed.service == "ses").ok_or_else(unknown)?;
    match parsed.resource.split_once('/').ok_or_else(unknown)? {
        ("identity", name) => {
            let found = rows::get::<Identity>(connection, Kind::Identity, &name.to_lowercase())?;
            let mut identity = found.ok_or_else(|| no_such_identity(name))?;
            change(&mut identity.tags);
            write(connection, Kind::Identity, &name.to_lowercase(), &identity, identity.tags.clone())
        }
        ("template", name) => {
            let mut template = Template::named(connection, name)?;
            change(&mut template.tags);
            write(connection, Kind::Template, name, &template, template.tags.clone())
        }
        ("configuration-set", name) => {
            let mut set = ConfigurationSet::named(connection, name)?;
            let mut tags = set.options.get("Tags").and_then(Value::as_array).cloned().unwrap_or_default();
            change(&mut tags);
            set.options.insert("Tags".to_owned(), Value::Array(tags.clone()));
            write(connection, Kind::ConfigurationSet, name, &set, tags)
        }
        _ => Err(unknown()),
    }
}

fn write(
    connection: &Connection,
    kind: Kind,
    name: &str,
    record: &impl serde::Serialize,
    tags: Vec<Value>,
) -> Result<Vec<Value>, ServiceError> {
    rows::put(connection, kind, name, record)?;
    Ok(tags)
}
