//! Configuration sets: kept and shown; what they say about sending and suppression is in effect.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{PageOf, parse};
use crate::error;
use crate::rows::{self, Kind};
use crate::service::Call;

/// A configuration set as it was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfigurationSet {
    configuration_set_name: String,
    #[serde(flatten)]
    pub(crate) options: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Of {
    configuration_set_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutSending {
    configuration_set_name: String,
    #[serde(default)]
    sending_enabled: bool,
}

impl ConfigurationSet {
    pub(crate) fn named(connection: &Connection, name: &str) -> Result<Self, ServiceError> {
        let found = rows::get(connection, Kind::ConfigurationSet, name)?;
        found.ok_or_else(|| error::not_found(format!("Configuration set <{name}> does not exist.")))
    }

    pub(crate) fn sends(&self) -> bool {
        self.option("SendingOptions", "SendingEnabled").and_then(Value::as_bool).unwrap_or(true)
    }

    /// The reasons for suppression that count instead of the account's, where it names some.
    pub(crate) fn suppressed_reasons(&self) -> Option<Vec<String>> {
        let reasons = self.option("SuppressionOptions", "SuppressedReasons")?.as_array()?;
        Some(reasons.iter().filter_map(|reason| reason.as_str().map(str::to_owned)).collect())
    }

    fn option(&self, group: &str, name: &str) -> Option<&Value> {
        self.options.get(group)?.get(name)
    }
}

pub(crate) fn create(call: Call<'_>) -> Result<Value, ServiceError> {
    let set: ConfigurationSet = parse(call.input)?;
    let name = set.configuration_set_name.clone();
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if !(1..=64).contains(&name.len()) || !name.chars().all(allowed) {
        let rule = "up to 64 ASCII letters, digits, hyphens and underscores";
        return Err(error::bad_request(format!("a configuration set's name has {rule}: {name}")));
    }
    if rows::get::<Value>(call.connection, Kind::ConfigurationSet, &name)?.is_some() {
        return Err(error::exists(format!("Configuration set <{name}> already exists.")));
    }
    rows::put(call.connection, Kind::ConfigurationSet, &name, &set)?;
    Ok(json!({}))
}

pub(crate) fn get(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { configuration_set_name } = parse(call.input)?;
    let set = ConfigurationSet::named(call.connection, &configuration_set_name)?;
    let sends = set.sends();
    let mut shown = json!(set);
    if shown.get("SendingOptions").is_none() {
        shown["SendingOptions"] = json!({ "SendingEnabled": sends });
    }
    Ok(shown)
}

pub(crate) fn delete(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { configuration_set_name } = parse(call.input)?;
    ConfigurationSet::named(call.connection, &configuration_set_name)?;
    rows::delete(call.connection, Kind::ConfigurationSet, &configuration_set_name)?;
    Ok(json!({}))
}

pub(crate) fn list(call: Call<'_>) -> Result<Value, ServiceError> {
    let page: PageOf = parse(call.input)?;
    let sets = rows::all::<Value>(call.connection, Kind::ConfigurationSet, page.after())?;
    Ok(page.answer("ConfigurationSets", sets, |name, _| name.into()))
}

pub(crate) fn put_sending(call: Call<'_>) -> Result<Value, ServiceError> {
    let PutSending { configuration_set_name: name, sending_enabled } = parse(call.input)?;
    let mut set = ConfigurationSet::named(call.connection, &name)?;
    set.options.insert("SendingOptions".to_owned(), json!({ "SendingEnabled": sending_enabled }));
    rows::put(call.connection, Kind::ConfigurationSet, &name, &set)?;
    Ok(json!({}))
}
