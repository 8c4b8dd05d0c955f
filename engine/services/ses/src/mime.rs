//! Messages as MIME: composing them, and putting SES's own headers on raw ones.
//!
//! Nothing here is random: boundaries derive from the message's id.

use std::borrow::Cow;

use clock::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address as Mailbox;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use crate::address::Address;

/// A message that SES composes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) from: Option<String>,
    pub(crate) reply_to: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) cc: Vec<String>,
    pub(crate) subject: String,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) attachments: Vec<AttachedFile>,
}

/// A file that goes with a message.
#[derive(Clone, Debug)]
pub(crate) struct AttachedFile {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
    /// Shown within the text instead of beside it.
    pub(crate) inline: bool,
    pub(crate) content_id: Option<String>,
    pub(crate) description: Option<String>,
}

/// The `Message-ID` that SES gives.
pub(crate) fn message_id(id: &str) -> String {
    format!("{id}@email.amazonses.com")
}

/// The message as it goes over the wire.
pub(crate) fn compose(draft: &Draft, id: &str, at: Timestamp) -> Vec<u8> {
    let mut message = MessageBuilder::new().date(Date::new(at.as_millis().div_euclid(1000)));
    for (name, addresses) in
        [("From", draft.from.as_slice()), ("Reply-To", &draft.reply_to), ("To", &draft.to), ("Cc", &draft.cc)]
    {
        if !addresses.is_empty() {
            message = message.header(name, mailboxes(addresses));
        }
    }
    message = message.message_id(message_id(id)).subject(draft.subject.as_str());
    for (name, value) in &draft.headers {
        message = message.header(name.as_str(), Raw::new(value.as_str()));
    }
    let written = message.body(body(draft, id)).write_to_vec();
    written.expect("a vector takes what is written to it")
}

fn body<'a>(draft: &'a Draft, id: &str) -> MimePart<'a> {
    let multipart = |kind: &'static str, level: u8, parts: Vec<MimePart<'a>>| {
        let boundary = format!("=_{level}_{id}");
        MimePart::new(ContentType::new(format!("multipart/{kind}")).attribute("boundary", boundary), parts)
    };
    let part = |kind: &'static str, text: &'a String| MimePart::new(kind, text.as_str());
    let mut body = match (&draft.text, &draft.html) {
        (Some(text), Some(html)) => {
            multipart("alternative", 1, vec![part("text/plain", text), part("text/html", html)])
        }
        (None, Some(html)) => part("text/html", html),
        (Some(text), None) => part("text/plain", text),
        (None, None) => MimePart::new("text/plain", ""),
    };
    for (inline, kind, level) in [(true, "related", 2), (false, "mixed", 3)] {
        let files = draft.attachments.iter().filter(|file| file.inline == inline).map(attached);
        let mut parts: Vec<_> = files.collect();
        if !parts.is_empty() {
            parts.insert(0, body);
            body = multipart(kind, level, parts);
        }
    }
    body
}

fn attached(file: &AttachedFile) -> MimePart<'_> {
    let disposition = if file.inline { "inline" } else { "attachment" };
    let disposition = ContentType::new(disposition).attribute("filename", file.name.as_str());
    let contents = BodyPart::Binary(Cow::Borrowed(&file.bytes));
    let content_type = ContentType::new(file.content_type.as_str()).attribute("name", file.name.as_str());
    let mut part = MimePart::new(content_type, contents).header("Content-Disposition", disposition);
    if let Some(id) = &file.content_id {
        part = part.cid(id.trim_matches(['<', '>']));
    }
    if let Some(description) = &file.description {
        part = part.header("Content-Description", Raw::new(description.as_str()));
    }
    part
}

/// The addresses as they were written; names beyond ASCII are encoded.
fn mailboxes(addresses: &[String]) -> HeaderType<'_> {
    if addresses.iter().all(|address| address.is_ascii()) {
        return Raw::new(addresses.join(", ")).into();
    }
    let mailbox = |written: &String| match Address::parse(written) {
        Ok(address) => Mailbox::new_address(address.name.map(str::to_owned), address.plain.to_owned()),
        Err(_) => Mailbox::new_address(None::<String>, written.clone()),
    };
    Mailbox::new_list(addresses.iter().map(mailbox).collect()).into()
}

/// A raw message with SES's own `Message-ID` and `Date`, and without `Bcc`.
pub(crate) fn stamped(raw: &[u8], id: &str, at: Timestamp) -> Vec<u8> {
    let date = Date::new(at.as_millis().div_euclid(1000)).to_rfc822();
    let mut stamped = format!("Message-ID: <{}>\r\nDate: {date}\r\n", message_id(id)).into_bytes();
    let mut left_out = false;
    let mut rest = raw;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, following) = rest.split_at(end);
        if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            break;
        }
        // A line that begins with white space goes on with the header before it.
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
            left_out = ["message-id", "date", "bcc"].iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()));
        }
        if !left_out {
            stamped.extend_from_slice(line);
        }
        rest = following;
    }
    stamped.extend_from_slice(rest);
    stamped
}

/// The type of a file whose sender named none.
pub(crate) fn type_of(file_name: &str) -> &'static str {
    let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "avif" => "image/avif",
        "csv" => "text/csv",
        "gif" => "image/gif",
        "html" | "htm" => "text/html",
        "ics" => "text/calendar",
        "jpeg" | "jpg" => "image/jpeg",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" | "log" | "md" => "text/plain",
        "webp" => "image/webp",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_message_gets_an_id_and_a_date_and_loses_its_blind_copies() {
        let raw = b"From: a@b.c\r\nBcc: x@y.z,\r\n q@y.z\r\nDATE: never\r\nSubject: s\r\n\r\nBcc: stays\r\n";
        let stamped = stamped(raw, "1", Timestamp::from_millis(0));
        assert_eq!(
            String::from_utf8_lossy(&stamped),
            "Message-ID: <1@email.amazonses.com>\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\n\
             From: a@b.c\r\nSubject: s\r\n\r\nBcc: stays\r\n"
        );
    }
}
