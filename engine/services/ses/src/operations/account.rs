//! GetAccount and what can be set on the account.

use std::time::Duration;

use clock::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::ServiceError;

use super::parse;
use super::suppression::check_reasons;
use crate::rows::{self, Kind};
use crate::service::Call;

const DAY: Duration = Duration::from_secs(86_400);

/// What can be set on the account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) sending_enabled: bool,
    /// Why an address must be on the suppression list not to be written to.
    pub(crate) suppressed_reasons: Vec<String>,
}

impl Account {
    pub(crate) fn of(connection: &Connection) -> Result<Self, ServiceError> {
        let kept = rows::get(connection, Kind::Account, "")?;
        let reasons = || vec!["BOUNCE".to_owned(), "COMPLAINT".to_owned()];
        Ok(kept.unwrap_or_else(|| Self { sending_enabled: true, suppressed_reasons: reasons() }))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutSending {
    #[serde(default)]
    sending_enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutSuppression {
    #[serde(default)]
    suppressed_reasons: Vec<String>,
}

pub(crate) fn get(call: Call<'_>) -> Result<Value, ServiceError> {
    let account = Account::of(call.connection)?;
    let day_ago = Timestamp::from_millis(call.now.as_millis() - i64::try_from(DAY.as_millis()).unwrap_or_default());
    let sent = rows::sent_since(call.connection, &day_ago.to_rfc3339_millis())?;
    Ok(json!({
        "DedicatedIpAutoWarmupEnabled": false,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": true,
        "SendingEnabled": account.sending_enabled,
        // -1 is AWS's word for no limit.
        "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": -1.0, "SentLast24Hours": sent as f64},
        "SuppressionAttributes": {"SuppressedReasons": account.suppressed_reasons},
    }))
}

pub(crate) fn put_sending(call: Call<'_>) -> Result<Value, ServiceError> {
    let PutSending { sending_enabled } = parse(call.input)?;
    let account = Account { sending_enabled, ..Account::of(call.connection)? };
    rows::put(call.connection, Kind::Account, "", &account)?;
    Ok(json!({}))
}

pub(crate) fn put_suppression(call: Call<'_>) -> Result<Value, ServiceError> {
    let PutSuppression { suppressed_reasons } = parse(call.input)?;
    check_reasons(&suppressed_reasons)?;
    let account = Account { suppressed_reasons, ..Account::of(call.connection)? };
    rows::put(call.connection, Kind::Account, "", &account)?;
    Ok(json!({}))
}
