//! The mailbox as a page: messages on the left, one of them on the right.

use std::fmt::Write;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use serde::Deserialize;
use ses::{Letter, LetterContent};
use sns::Push;

use super::{Refusal, Sent};

const STYLE: &str = include_str!("page.css");

/// How many messages and pushes the list shows.
const SHOWN: usize = 200;

/// What of a message is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum View {
    #[default]
    Best,
    Html,
    Text,
    Raw,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    view: View,
}

pub(super) async fn mailbox(State(sent): State<Sent>) -> Result<Html<String>, Refusal> {
    let letters = sent.mail.letters(SHOWN, None).await?;
    let pushes = sent.pushes.latest(SHOWN).await?;
    let hint = if letters.is_empty() {
        "<p>No mail was sent yet. What the stack sends through SES appears here, and leaves this machine nowhere.</p>\
         <pre>aws --endpoint-url http://127.0.0.1:4566 sesv2 send-email …</pre>"
    } else {
        "<p>Pick a message.</p>"
    };
    Ok(Html(frame("", &letters, None, &format!("<div class=\"empty\">{hint}</div>{}", push_list(&pushes)))))
}

pub(super) async fn letter(
    State(sent): State<Sent>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Refusal> {
    let (letter, mime) = sent.mail.letter(&id).await?.ok_or(Refusal::Unknown)?;
    let letters = sent.mail.letters(SHOWN, None).await?;
    let title = if letter.subject.is_empty() { "(no subject)" } else { &letter.subject };
    Ok(Html(frame(title, &letters, Some(&letter.message_id), &message(&letter, &mime, asked.view))))
}

fn frame(title: &str, letters: &[Letter], open: Option<&str>, main: &str) -> String {
    let mut list = String::new();
    for letter in letters {
        let class = if open == Some(&letter.message_id) { " class=\"open\" aria-current=\"page\"" } else { "" };
        let failed = if letter.rendering_failure.is_some() { "<em>not rendered</em> " } else { "" };
        let subject = if letter.subject.is_empty() { "(no subject)" } else { &letter.subject };
        // A string takes all that is written to it.
        let _ = write!(
            list,
            "<li><a href=\"/_sluice/mailbox/{}\"{class}><time>{}</time><b>{}</b><span>{failed}{}</span></a></li>",
            letter.message_id,
            escaped(&moment(&letter.sent_at)),
            escaped(&letter.to.join(", ")),
            escaped(subject),
        );
    }
    let count = letters.len();
    let title = if title.is_empty() { "Mailbox".to_owned() } else { format!("{} – mailbox", escaped(title)) };
    // Where there is no room for both, the message takes the place of the list.
    let back = if open.is_some() { "<a class=\"back\" href=\"/_sluice/mailbox\">All messages</a>" } else { "" };
    let class = if open.is_some() { "panes reading" } else { "panes" };
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style><header><a href=\"/\">sluice</a> <a href=\"/_sluice/mailbox\">mailbox</a> \
         <small>{count} messages</small></header>\
         <div class=\"{class}\"><nav aria-label=\"Messages\"><ul>{list}</ul></nav><main>{back}{main}</main></div></html>"
    )
}

fn message(letter: &Letter, mime: &[u8], view: View) -> String {
    let content = LetterContent::parse(mime);
    let mut body = format!("<h1>{}</h1><dl>", escaped(&letter.subject));
    let tags: Vec<_> = letter.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    for (name, value) in [
        ("From", letter.from.clone()),
        ("To", letter.to.join(", ")),
        ("Cc", letter.cc.join(", ")),
        ("Bcc", letter.bcc.join(", ")),
        ("Sent", letter.sent_at.clone()),
        ("Template", letter.template.clone().unwrap_or_default()),
        ("Configuration set", letter.configuration_set.clone().unwrap_or_default()),
        ("Tags", tags.join(", ")),
        ("Message id", letter.message_id.clone()),
    ] {
        if !value.is_empty() {
            let _ = write!(body, "<dt>{name}</dt><dd>{}</dd>", escaped(&value));
        }
    }
    body.push_str("</dl>");
    if let Some(failure) = &letter.rendering_failure {
        let _ = write!(body, "<p class=\"note\">Accepted, but nobody gets it: {}</p>", escaped(failure));
    }
    if !letter.suppressed.is_empty() {
        let _ = write!(
            body,
            "<p class=\"note\">On the suppression list, so not reached: {}</p>",
            escaped(&letter.suppressed.join(", "))
        );
    }
    body + &tabs(letter, &content, mime, view) + &files(letter, &content)
}

fn tabs(letter: &Letter, content: &LetterContent, mime: &[u8], view: View) -> String {
    let best = match (&content.html, &content.text) {
        (Some(_), _) => View::Html,
        (None, Some(_)) => View::Text,
        (None, None) => View::Raw,
    };
    let shown = match view {
        View::Html if content.html.is_some() => View::Html,
        View::Text if content.text.is_some() => View::Text,
        View::Raw => View::Raw,
        _ => best,
    };
    let mut tabs = String::from("<div class=\"tabs\">");
    for (tab, name, there) in [
        (View::Html, "HTML", content.html.is_some()),
        (View::Text, "Text", content.text.is_some()),
        (View::Raw, "MIME", !mime.is_empty()),
    ] {
        if there {
            let current = if tab == shown { " aria-current=\"true\"" } else { "" };
            let query = name.to_lowercase().replace("mime", "raw");
            let _ = write!(tabs, "<a href=\"?view={query}\"{current}>{name}</a>");
        }
    }
    tabs.push_str("</div>");
    let id = &letter.message_id;
    tabs + &match shown {
        View::Html => {
            format!("<iframe sandbox=\"\" title=\"The message\" src=\"/_sluice/mail/{id}/html\"></iframe>")
        }
        View::Text => format!("<pre class=\"text\">{}</pre>", escaped(content.text.as_deref().unwrap_or_default())),
        _ => format!("<pre>{}</pre>", escaped(&String::from_utf8_lossy(mime))),
    }
}

fn files(letter: &Letter, content: &LetterContent) -> String {
    if content.attachments.is_empty() {
        return String::new();
    }
    let mut list = String::from("<h2>Files</h2><ul class=\"files\">");
    for (number, file) in content.attachments.iter().enumerate() {
        let _ = write!(
            list,
            "<li><a href=\"/_sluice/mail/{}/files/{number}\">{}</a> <small>{}, {} bytes</small></li>",
            letter.message_id,
            escaped(&file.name),
            escaped(&file.content_type),
            file.size
        );
    }
    list + "</ul>"
}

fn push_list(pushes: &[Push]) -> String {
    if pushes.is_empty() {
        return String::new();
    }
    let mut list = String::from("<h2>Pushes to devices</h2>");
    for push in pushes {
        let payload = serde_json::to_string_pretty(&push.payload).unwrap_or_default();
        let _ = write!(
            list,
            "<details><summary><time>{}</time> <b>{}</b> {} <small>{}</small></summary><pre>{}</pre></details>",
            escaped(&moment(&push.sent_at)),
            escaped(&push.platform),
            escaped(&push.application),
            escaped(&push.token),
            escaped(&payload)
        );
    }
    list
}

/// `2026-11-21 08:00:00` of `2026-11-21T08:00:00.123Z`.
fn moment(text: &str) -> String {
    text.get(..19).unwrap_or(text).replace('T', " ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
