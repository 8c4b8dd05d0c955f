//! What a request asks to be sent, and how that becomes a message in the mailbox.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clock::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value};
use service::ServiceError;
use uuid::Uuid;

use crate::address::Address;
use crate::mailbox::{Letter, moment};
use crate::mime::{AttachedFile, Draft, compose, stamped, type_of};
use crate::operations::account::Account;
use crate::operations::configuration_sets::ConfigurationSet;
use crate::operations::suppression::Suppressed;
use crate::rows::{self, Kind};
use crate::template::{self, Content};
use crate::{error, mailbox};

/// Recipients that one message may have.
const MAX_RECIPIENTS: usize = 50;
/// Bytes that a message may have as MIME.
const MAX_BYTES: usize = 40 << 20;
/// Headers that SES writes itself.
const OWN_HEADERS: &[&str] = &[
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "reply-to",
    "return-path",
    "subject",
    "to",
];

/// Who gets a message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Destination {
    pub(crate) to_addresses: Vec<String>,
    pub(crate) cc_addresses: Vec<String>,
    pub(crate) bcc_addresses: Vec<String>,
}

impl Destination {
    fn all(&self) -> impl Iterator<Item = &String> {
        self.to_addresses.iter().chain(&self.cc_addresses).chain(&self.bcc_addresses)
    }
}

/// A tag or header of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A file in a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct File {
    raw_content: String,
    file_name: String,
    content_disposition: Option<String>,
    content_description: Option<String>,
    content_id: Option<String>,
    content_type: Option<String>,
}

impl File {
    pub(crate) fn decoded(self) -> Result<AttachedFile, ServiceError> {
        if self.file_name.chars().any(char::is_control) {
            return Err(error::bad_request("the name of an attachment contains control characters"));
        }
        Ok(AttachedFile {
            bytes: decoded("RawContent", &self.raw_content)?,
            content_type: self.content_type.unwrap_or_else(|| type_of(&self.file_name).to_owned()),
            name: self.file_name,
            inline: self.content_disposition.as_deref() == Some("INLINE"),
            content_id: self.content_id,
            description: self.content_description,
        })
    }
}

pub(crate) fn decoded(member: &str, base64: &str) -> Result<Vec<u8>, ServiceError> {
    STANDARD.decode(base64).map_err(|_| error::bad_request(format!("{member} is not base64")))
}

/// What a message says.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Composed here.
    Simple { subject: String, text: Option<String>, html: Option<String> },
    /// Composed by its sender.
    Raw(Vec<u8>),
    /// Composed of a template.
    Template { name: Option<String>, content: Content, data: Map<String, Value> },
}

/// A message on its way.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) from: Option<String>,
    pub(crate) reply_to: Vec<String>,
    pub(crate) destination: Destination,
    pub(crate) body: Body,
    pub(crate) headers: Vec<Named>,
    pub(crate) files: Vec<AttachedFile>,
    pub(crate) tags: Vec<Named>,
    pub(crate) configuration_set: Option<String>,
}

impl Outgoing {
    /// Checks the message, and keeps it in the mailbox; its id.
    pub(crate) fn send(self, connection: &Connection, region: &str, now: Timestamp) -> Result<String, ServiceError> {
        let id = format!("0100{:012x}-{}-000000", now.as_millis(), Uuid::new_v4());
        let mut message = self;
        if let Body::Raw(raw) = &message.body {
            let raw = raw.clone();
            message.complete_from(&raw);
        }
        let from = message.from.clone().ok_or_else(|| error::bad_request("FromEmailAddress is required"))?;
        message.check(connection, &from, region)?;
        let suppressed = message.suppressed(connection)?;
        let (mime, subject, rendering_failure) = message.mime(&id, now);
        if mime.len() > MAX_BYTES {
            let text = format!("Message length is more than {MAX_BYTES} bytes long: '{}'.", mime.len());
            return Err(error::bad_request(text));
        }
        let template = match message.body {
            Body::Template { name, .. } => Some(name.unwrap_or_else(|| "inline".to_owned())),
            _ => None,
        };
        let letter = Letter {
            message_id: id.clone(),
            sent_at: moment(now),
            from,
            to: message.destination.to_addresses,
            cc: message.destination.cc_addresses,
            bcc: message.destination.bcc_addresses,
            subject,
            template,
            configuration_set: message.configuration_set,
            tags: message.tags.into_iter().map(|tag| (tag.name, tag.value)).collect(),
            suppressed,
            rendering_failure,
            size: mime.len(),
        };
        rows::insert_letter(connection, &letter, &mime)?;
        Ok(id)
    }

    /// Sender and recipients of a raw message, where the request doesn't name them.
    fn complete_from(&mut self, raw: &[u8]) {
        let headers = mailbox::LetterContent::parse(raw).headers;
        let of = |wanted: &str| {
            let values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            values.flat_map(|(_, value)| split(value)).collect::<Vec<_>>()
        };
        if self.from.is_none() {
            self.from = of("From").into_iter().next();
        }
        if self.destination.all().next().is_none() {
            let (to_addresses, cc_addresses, bcc_addresses) = (of("To"), of("Cc"), of("Bcc"));
            self.destination = Destination { to_addresses, cc_addresses, bcc_addresses };
        }
    }

    fn check(&self, connection: &Connection, from: &str, region: &str) -> Result<(), ServiceError> {
        if let Some(odd) = self.headers.iter().find(|header| !is_header(header)) {
            return Err(error::bad_request(format!("the header is none that a message may be given: {}", odd.name)));
        }
        let account = Account::of(connection)?;
        if !account.sending_enabled {
            return Err(error::paused("Email sending is disabled for the account."));
        }
        if let Some(name) = &self.configuration_set {
            let set = ConfigurationSet::named(connection, name)?;
            if !set.sends() {
                return Err(error::paused(format!("Email sending is disabled for the configuration set <{name}>.")));
            }
        }
        for address in self.destination.all().chain(&self.reply_to) {
            Address::parse(address)?;
        }
        match self.destination.all().count() {
            0 => return Err(error::bad_request("Missing required header 'To'.")),
            1..=MAX_RECIPIENTS => {}
            _ => return Err(error::bad_request(format!("Recipient count exceeds {MAX_RECIPIENTS}."))),
        }
        let sender = Address::parse(from)?;
        for identity in sender.identities() {
            if rows::get::<Value>(connection, Kind::Identity, &identity)?.is_some() {
                return Ok(());
            }
        }
        let failed: BTreeSet<String> = [sender.written.to_owned(), sender.plain.to_owned()].into();
        Err(error::not_verified(region, &failed.into_iter().collect::<Vec<_>>()))
    }

    fn suppressed(&self, connection: &Connection) -> Result<Vec<String>, ServiceError> {
        let reasons = match &self.configuration_set {
            Some(name) => ConfigurationSet::named(connection, name)?.suppressed_reasons(),
            None => None,
        };
        let reasons = match reasons {
            Some(reasons) => reasons,
            None => Account::of(connection)?.suppressed_reasons,
        };
        let mut suppressed = Vec::new();
        for written in self.destination.all() {
            let plain = Address::parse(written)?.plain.to_lowercase();
            let found = rows::get::<Suppressed>(connection, Kind::Suppressed, &plain)?;
            if found.is_some_and(|found| reasons.contains(&found.reason)) {
                suppressed.push(plain);
            }
        }
        Ok(suppressed)
    }

    /// The MIME, the subject, and why a template gave none.
    fn mime(&self, id: &str, now: Timestamp) -> (Vec<u8>, String, Option<String>) {
        let (subject, text, html) = match &self.body {
            Body::Raw(raw) => {
                let subject = mailbox::subject_of(raw);
                return (stamped(raw, id, now), subject, None);
            }
            Body::Simple { subject, text, html } => (subject.clone(), text.clone(), html.clone()),
            Body::Template { content, data, .. } => match content.render(data) {
                Ok(Content { subject, text, html }) => (subject.unwrap_or_default(), text, html),
                Err(failure) => {
                    return (Vec::new(), content.subject.clone().unwrap_or_default(), Some(failure.to_string()));
                }
            },
        };
        let draft = Draft {
            from: self.from.clone(),
            reply_to: self.reply_to.clone(),
            to: self.destination.to_addresses.clone(),
            cc: self.destination.cc_addresses.clone(),
            subject: subject.clone(),
            text,
            html,
            headers: self.headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect(),
            attachments: self.files.clone(),
        };
        (compose(&draft, id, now), subject, None)
    }
}

/// The MIME that a template gives, without sender and recipients.
pub(crate) fn rendered(content: &Content, data: &str, now: Timestamp) -> Result<String, ServiceError> {
    let refused = |failure: template::RenderFailure| error::bad_request(failure.to_string());
    let Content { subject, text, html } =
        content.render(&template::data(Some(data)).map_err(refused)?).map_err(refused)?;
    let draft = Draft { subject: subject.unwrap_or_default(), text, html, ..Draft::default() };
    let mime = compose(&draft, &Uuid::new_v4().to_string(), now);
    Ok(String::from_utf8_lossy(&mime).into_owned())
}

/// ASCII, no line breaks, and none that SES writes itself.
fn is_header(header: &Named) -> bool {
    let Named { name, value } = header;
    let is_name = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    (1..=126).contains(&name.len())
        && name.bytes().all(is_name)
        && (1..=995).contains(&value.len())
        && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !OWN_HEADERS.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// The addresses in a header's value: commas within quotes separate nothing.
fn split(value: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = value.split(|character| {
        quoted ^= character == '"';
        character == ',' && !quoted
    });
    parts.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|part| !part.is_empty()).collect()
}
