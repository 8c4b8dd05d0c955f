//! The parts of a message as they are: its MIME, its HTML, its files.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use ses::LetterContent;

use super::{Refusal, Sent};

/// What a message shows is a stranger's: no scripts, nothing from elsewhere.
const NO_POWERS: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox";

pub(super) async fn raw(
    State(sent): State<Sent>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse + use<>, Refusal> {
    let (_, mime) = sent.mail.letter(&id).await?.ok_or(Refusal::Unknown)?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], mime))
}

pub(super) async fn html(
    State(sent): State<Sent>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse + use<>, Refusal> {
    let (letter, mime) = sent.mail.letter(&id).await?.ok_or(Refusal::Unknown)?;
    let content = LetterContent::parse(&mime);
    let mut html = content.html.ok_or(Refusal::Unknown)?;
    for (number, file) in content.attachments.iter().enumerate() {
        if let Some(id) = &file.content_id {
            html = html.replace(&format!("cid:{id}"), &format!("/_sluice/mail/{}/files/{number}", letter.message_id));
        }
    }
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, NO_POWERS)], html))
}

pub(super) async fn file(
    State(sent): State<Sent>,
    Path((id, number)): Path<(String, usize)>,
) -> Result<impl IntoResponse + use<>, Refusal> {
    let (_, mime) = sent.mail.letter(&id).await?.ok_or(Refusal::Unknown)?;
    let file = LetterContent::parse(&mime).attachments.into_iter().nth(number).ok_or(Refusal::Unknown)?;
    // Pictures are shown within the message; everything else is only ever saved.
    let is_picture =
        matches!(file.content_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif");
    let (kind, disposition) = if is_picture {
        (file.content_type, "inline".to_owned())
    } else {
        let safe = |character: char| character.is_ascii_alphanumeric() || "-_. ".contains(character);
        let name: String = file.name.chars().map(|letter| if safe(letter) { letter } else { '_' }).collect();
        ("application/octet-stream".to_owned(), format!("attachment; filename=\"{name}\""))
    };
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, NO_POWERS.to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, file.bytes))
}
