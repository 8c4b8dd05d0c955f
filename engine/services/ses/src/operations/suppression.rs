//! The suppression list: addresses that are not written to.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::ServiceError;

use super::{PageOf, parse};
use crate::error;
use crate::rows::{self, Kind};
use crate::service::Call;

const REASONS: [&str; 2] = ["BOUNCE", "COMPLAINT"];

/// Why an address is on the list, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Suppressed {
    pub(crate) reason: String,
    updated_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    email_address: String,
    reason: String,
    tenant_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Of {
    email_address: String,
    tenant_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    /// One or several: a repeated parameter of a URL.
    #[serde(alias = "Reasons")]
    reason: Option<Value>,
    start_date: Option<Value>,
    end_date: Option<Value>,
    tenant_name: Option<String>,
    #[serde(flatten)]
    page: PageOf,
}

pub(crate) fn check_reasons(reasons: &[String]) -> Result<(), ServiceError> {
    match reasons.iter().find(|reason| !REASONS.contains(&reason.as_str())) {
        Some(odd) => Err(error::bad_request(format!("the reason must be BOUNCE or COMPLAINT: {odd}"))),
        None => Ok(()),
    }
}

pub(crate) fn put(call: Call<'_>) -> Result<Value, ServiceError> {
    let Put { email_address, reason, tenant_name } = parse(call.input)?;
    no_tenant(tenant_name)?;
    check_reasons(std::slice::from_ref(&reason))?;
    let plain = crate::address::Address::parse(&email_address)?.plain.to_lowercase();
    rows::put(call.connection, Kind::Suppressed, &plain, &Suppressed { reason, updated_at: call.now })?;
    Ok(json!({}))
}

pub(crate) fn get(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { email_address, tenant_name } = parse(call.input)?;
    no_tenant(tenant_name)?;
    let found = rows::get::<Suppressed>(call.connection, Kind::Suppressed, &email_address.to_lowercase())?;
    let found = found.ok_or_else(|| not_suppressed(&email_address))?;
    Ok(json!({ "SuppressedDestination": shown(&email_address, found) }))
}

pub(crate) fn delete(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { email_address, tenant_name } = parse(call.input)?;
    no_tenant(tenant_name)?;
    if rows::delete(call.connection, Kind::Suppressed, &email_address.to_lowercase())? {
        return Ok(json!({}));
    }
    Err(not_suppressed(&email_address))
}

pub(crate) fn list(call: Call<'_>) -> Result<Value, ServiceError> {
    let List { reason, start_date, end_date, tenant_name, page } = parse(call.input)?;
    no_tenant(tenant_name)?;
    let reasons = match reason {
        None => REASONS.iter().map(|reason| (*reason).to_owned()).collect(),
        Some(Value::String(reason)) => vec![reason],
        Some(several) => parse::<Vec<String>>(several)?,
    };
    check_reasons(&reasons)?;
    let (from, to) = (moment(start_date, "StartDate")?, moment(end_date, "EndDate")?);
    let mut items = rows::all::<Suppressed>(call.connection, Kind::Suppressed, page.after())?;
    items.retain(|(_, item)| {
        reasons.contains(&item.reason)
            && from.is_none_or(|from| item.updated_at >= from)
            && to.is_none_or(|to| item.updated_at <= to)
    });
    Ok(page.answer("SuppressedDestinationSummaries", items, shown))
}

fn shown(address: &str, item: Suppressed) -> Value {
    json!({"EmailAddress": address, "Reason": item.reason, "LastUpdateTime": item.updated_at.as_epoch_seconds()})
}

/// A date of a URL, which spells it as text, or of a call within the engine.
fn moment(value: Option<Value>, member: &str) -> Result<Option<Timestamp>, ServiceError> {
    let Some(value) = value else { return Ok(None) };
    let read = match &value {
        Value::String(text) => Timestamp::parse_rfc3339(text),
        other => other.as_f64().map(Timestamp::from_epoch_seconds),
    };
    read.map(Some).ok_or_else(|| error::bad_request(format!("{member} is no date: {value}")))
}

fn no_tenant(tenant: Option<String>) -> Result<(), ServiceError> {
    tenant.map_or(Ok(()), |_| Err(error::not_built("TenantName")))
}

fn not_suppressed(address: &str) -> ServiceError {
    error::not_found(format!("Email address {address} does not exist on your suppression list."))
}
