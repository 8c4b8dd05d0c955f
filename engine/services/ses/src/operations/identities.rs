//! Identities: the addresses and domains that the account may send as.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::ServiceError;
use sha2::{Digest, Sha256};

use super::configuration_sets::ConfigurationSet;
use super::{PageOf, parse};
use crate::address::Address;
use crate::error;
use crate::rows::{self, Kind};
use crate::service::Call;

/// An identity.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Identity {
    email_identity: String,
    #[serde(default)]
    pub(crate) tags: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration_set_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dkim_signing_attributes: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Of {
    email_identity: String,
}

impl Identity {
    fn kind(&self) -> &'static str {
        if self.email_identity.contains('@') { "EMAIL_ADDRESS" } else { "DOMAIN" }
    }

    /// Tokens that name DNS records; made of the name, so that they stay the same.
    fn tokens(&self) -> Vec<String> {
        const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let token = |number: u8| {
            let digest = Sha256::digest([self.email_identity.to_lowercase().as_bytes(), &[number]].concat());
            digest.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
        };
        (0..3).map(token).collect()
    }

    fn dkim(&self) -> Value {
        let external =
            self.dkim_signing_attributes.as_ref().is_some_and(|own| own.get("DomainSigningSelector").is_some());
        let origin = if external { "EXTERNAL" } else { "AWS_SES" };
        json!({
            "SigningEnabled": true, "Status": "SUCCESS", "Tokens": self.tokens(), "SigningAttributesOrigin": origin,
            "NextSigningKeyLength": "RSA_2048_BIT", "CurrentSigningKeyLength": "RSA_2048_BIT",
        })
    }
}

pub(crate) fn create(call: Call<'_>) -> Result<Value, ServiceError> {
    let identity: Identity = parse(call.input)?;
    let name = identity.email_identity.clone();
    if name.contains('@') {
        if Address::parse(&name)?.name.is_some() {
            return Err(error::bad_request(format!("an identity is an address without a name: {name}")));
        }
    } else if !is_domain(&name) {
        return Err(error::bad_request(format!("Invalid domain name {name}.")));
    }
    if let Some(set) = &identity.configuration_set_name {
        ConfigurationSet::named(call.connection, set)?;
    }
    let key = name.to_lowercase();
    if rows::get::<Value>(call.connection, Kind::Identity, &key)?.is_some() {
        return Err(error::exists(format!("Email identity {name} already exist.")));
    }
    rows::put(call.connection, Kind::Identity, &key, &identity)?;
    Ok(json!({
        "IdentityType": identity.kind(), "VerifiedForSendingStatus": true, "DkimAttributes": identity.dkim(),
    }))
}

pub(crate) fn get(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { email_identity } = parse(call.input)?;
    let found = rows::get::<Identity>(call.connection, Kind::Identity, &email_identity.to_lowercase())?;
    let identity = found.ok_or_else(|| no_such_identity(&email_identity))?;
    let mut shown = json!({
        "IdentityType": identity.kind(), "FeedbackForwardingStatus": true, "VerifiedForSendingStatus": true,
        "DkimAttributes": identity.dkim(), "Policies": {}, "Tags": identity.tags, "VerificationStatus": "SUCCESS",
    });
    if let Some(set) = identity.configuration_set_name {
        shown["ConfigurationSetName"] = set.into();
    }
    Ok(shown)
}

pub(crate) fn delete(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { email_identity } = parse(call.input)?;
    if rows::delete(call.connection, Kind::Identity, &email_identity.to_lowercase())? {
        return Ok(json!({}));
    }
    Err(no_such_identity(&email_identity))
}

pub(crate) fn list(call: Call<'_>) -> Result<Value, ServiceError> {
    let page: PageOf = parse(call.input)?;
    let identities = rows::all::<Identity>(call.connection, Kind::Identity, page.after())?;
    Ok(page.answer("EmailIdentities", identities, |_, identity| {
        json!({
            "IdentityType": identity.kind(), "IdentityName": identity.email_identity, "SendingEnabled": true,
            "VerificationStatus": "SUCCESS",
        })
    }))
}

pub(crate) fn no_such_identity(name: &str) -> ServiceError {
    error::not_found(format!("Email identity {name} does not exist."))
}

fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    name.contains('.') && name.len() <= 253 && name.split('.').all(is_label)
}
