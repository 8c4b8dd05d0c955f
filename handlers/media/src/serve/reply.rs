//! Answers of `media-serve`, as a function URL takes them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use imaging::OutputFormat;
use serde::Serialize;
use serde_json::json;

use super::ServeError;

/// Browsers keep a picture for good: what a media shows never changes, since its upload is bound to its checksum. Caches
/// on the way ask again once a day, so that a deleted picture leaves them.
const KEEP: &str = "public, max-age=31536000, s-maxage=86400, immutable";

/// Less than the URL of a large picture is good for.
const KEEP_REDIRECT: &str = "public, max-age=300";

/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The HTTP status.
    pub status_code: u16,
    /// Names in lower case.
    pub headers: BTreeMap<&'static str, String>,
    /// In base64 if `is_base64_encoded`.
    pub body: String,
    /// Whether the body is binary.
    pub is_base64_encoded: bool,
}

/// What identifies a picture and says how it may be kept.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// The same for the same bytes.
    pub(super) etag: String,
    /// Whether the client's `Accept` chose the format.
    pub(super) negotiated: bool,
}

impl Identity {
    pub(super) fn new(made_of: &str, negotiated: bool) -> Self {
        Self { etag: format!("\"{}\"", &made_of[..32]), negotiated }
    }

    /// Whether the client has it, by its `If-None-Match`.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2>
    pub(super) fn is_known(&self, if_none_match: Option<&str>) -> bool {
        let tags = if_none_match.into_iter().flat_map(|tags| tags.split(',')).map(str::trim);
        tags.into_iter().any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.etag)
    }
}

impl Reply {
    pub(super) fn picture(bytes: &Bytes, format: OutputFormat, identity: &Identity) -> Self {
        let reply = Self { body: STANDARD.encode(bytes), is_base64_encoded: true, ..Self::empty(200) };
        reply.with("content-type", format.media_type()).with("x-content-type-options", "nosniff").identified(identity)
    }

    pub(super) fn not_modified(identity: &Identity) -> Self {
        Self::empty(304).identified(identity)
    }

    pub(super) fn redirect(url: &str, identity: &Identity) -> Self {
        Self::empty(302).identified(identity).without("etag").with("location", url).with("cache-control", KEEP_REDIRECT)
    }

    /// `{"code", "message"}`
    pub(super) fn refusal(error: &ServeError) -> Self {
        let (status, code) = error.status_and_code();
        let body = json!({ "code": code, "message": error.to_string() }).to_string();
        let mut reply = Self { body, ..Self::empty(status) };
        if let Some(seconds) = error.retry_after() {
            reply = reply.with("retry-after", &seconds.to_string());
        }
        if status == 405 {
            reply = reply.with("allow", "GET, HEAD");
        }
        reply.with("content-type", "application/json").with("cache-control", "no-store")
    }

    fn empty(status_code: u16) -> Self {
        Self { status_code, headers: BTreeMap::new(), body: String::new(), is_base64_encoded: false }
    }

    fn identified(self, identity: &Identity) -> Self {
        let reply = self.with("etag", &identity.etag).with("cache-control", KEEP);
        if identity.negotiated { reply.with("vary", "Accept") } else { reply }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(negotiated: bool) -> Identity {
        Identity::new(&"ab".repeat(32), negotiated)
    }

    #[test]
    fn a_picture_may_be_kept_and_varies_only_where_the_client_chose() {
        let reply = Reply::picture(&Bytes::from_static(b"\xff\xd8"), OutputFormat::Jpeg, &identity(true));
        assert_eq!((reply.status_code, reply.body.as_str(), reply.is_base64_encoded), (200, "/9g=", true));
        assert_eq!(reply.headers["content-type"], "image/jpeg");
        assert_eq!(reply.headers["vary"], "Accept");
        assert!(reply.headers["cache-control"].contains("immutable"));
        assert!(!Reply::not_modified(&identity(false)).headers.contains_key("vary"));
    }

    #[test]
    fn a_client_tells_what_it_has() {
        let tag = identity(true).etag;
        for (header, known) in [
            (tag.clone(), true),
            (format!("\"x\", W/{tag}"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
        ] {
            assert_eq!(identity(true).is_known(Some(&header)), known, "{header}");
        }
        assert!(!identity(true).is_known(None));
    }

    #[test]
    fn a_refusal_has_a_stable_name_and_is_kept_by_nobody() {
        let reply = Reply::refusal(&ServeError::NotReady("PROCESSING"));
        assert_eq!(reply.status_code, 409);
        assert_eq!(reply.headers["retry-after"], "2");
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert!(reply.body.starts_with(r#"{"code":"Media.NotReady","message":"#), "{}", reply.body);
    }

    #[test]
    fn a_redirect_is_kept_no_longer_than_its_url_is_good() {
        let reply = Reply::redirect("https://example.org/x", &identity(true));
        assert_eq!(reply.headers["location"], "https://example.org/x");
        assert_eq!(reply.headers["cache-control"], "public, max-age=300");
        assert_eq!(reply.headers["vary"], "Accept");
        assert!(!reply.headers.contains_key("etag"));
    }
}
