//! What was sent, to be read by people and tests; AWS has no such thing.

use clock::Timestamp;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use serde::{Deserialize, Serialize};
use service::ServiceError;
use store::Store;

use crate::rows;

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// The id that its sender was answered.
    pub message_id: String,
    /// RFC 3339, UTC.
    pub sent_at: String,
    /// The sender, as written.
    pub from: String,
    /// Recipients, as written.
    pub to: Vec<String>,
    /// Recipients of a copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    /// Recipients of a copy that the others don't see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The template that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The configuration set that it was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration_set: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    /// Recipients whom AWS would not try to reach, because they are on the suppression list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<String>,
    /// Why there is no message though it was accepted: the template lacked data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendering_failure: Option<String>,
    /// Bytes of its MIME.
    pub size: usize,
}

/// What a message says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterContent {
    /// Headers in their order, decoded no further than the wire has them.
    pub headers: Vec<(String, String)>,
    /// The text part.
    pub text: Option<String>,
    /// The HTML part.
    pub html: Option<String>,
    /// Files, inline ones too.
    pub attachments: Vec<Attachment>,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its MIME type.
    pub content_type: String,
    /// What the HTML calls it by (`cid:…`).
    pub content_id: Option<String>,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// How many bytes it has.
    pub size: usize,
}

/// Everything that was sent, newest first; clones share it.
#[derive(Clone)]
pub struct Mailbox {
    pub(crate) store: Store,
}

impl Mailbox {
    /// The latest messages, at most `limit`, that were sent before `before` where that is given.
    ///
    /// # Errors
    /// The store's.
    pub async fn letters(&self, limit: usize, before: Option<String>) -> Result<Vec<Letter>, ServiceError> {
        self.store.read(move |connection| rows::letters(connection, limit, before.as_deref())).await
    }

    /// A message and its MIME, by its id or the beginning of it; none where there is none, or several.
    ///
    /// # Errors
    /// The store's.
    pub async fn letter(&self, id: &str) -> Result<Option<(Letter, Vec<u8>)>, ServiceError> {
        let id = id.to_owned();
        self.store.read(move |connection| rows::letter(connection, &id)).await
    }

    /// Forgets every message; how many there were.
    ///
    /// # Errors
    /// The store's.
    pub async fn empty(&self) -> Result<usize, ServiceError> {
        self.store.write(|connection| Ok(connection.execute("DELETE FROM ses_letters", [])?)).await
    }
}

impl LetterContent {
    /// Reads a message's MIME; an empty one where it is none.
    pub fn parse(mime: &[u8]) -> Self {
        let Some(message) = MessageParser::default().parse(mime) else { return Self::default() };
        let raw = |header: &mail_parser::Header<'_>| {
            let value = mime.get(header.offset_start() as usize..header.offset_end() as usize).unwrap_or_default();
            (header.name().to_owned(), String::from_utf8_lossy(value).trim().to_owned())
        };
        let text = |part: &MessagePart<'_>| part.text_contents().map(str::to_owned);
        let html_part = message.parts.iter().find(|part| matches!(part.body, PartType::Html(_)) && !is_file(part));
        let text_part = message.parts.iter().find(|part| matches!(part.body, PartType::Text(_)) && !is_file(part));
        Self {
            headers: message.headers().iter().map(raw).collect(),
            text: text_part.and_then(text),
            html: html_part.and_then(text),
            attachments: files(&message),
        }
    }
}

fn is_file(part: &MessagePart<'_>) -> bool {
    part.attachment_name().is_some() || part.content_disposition().is_some_and(|value| value.is_attachment())
}

fn files(message: &Message<'_>) -> Vec<Attachment> {
    let leaves = message.parts.iter().filter(|part| {
        is_file(part) || matches!(part.body, PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_))
    });
    let file = |part: &MessagePart<'_>| {
        let content_type = part.content_type().map_or_else(
            || "application/octet-stream".to_owned(),
            |kind| kind.subtype().map_or_else(|| kind.ctype().to_owned(), |sub| format!("{}/{sub}", kind.ctype())),
        );
        let bytes = part.contents().to_vec();
        let name = part.attachment_name().unwrap_or("unnamed").to_owned();
        Attachment { name, content_type, content_id: part.content_id().map(str::to_owned), size: bytes.len(), bytes }
    };
    leaves.map(file).collect()
}

/// When a message was sent.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_rfc3339_millis()
}

/// The subject of a message that its sender composed, decoded.
pub(crate) fn subject_of(mime: &[u8]) -> String {
    let message = MessageParser::default().parse(mime);
    message.as_ref().and_then(|message| message.subject()).unwrap_or_default().to_owned()
}
