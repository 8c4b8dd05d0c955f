//! A request before it is sent: where it goes, and what a connection adds to it. Pure.

use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Parameters, WebError};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request before it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) method: String,
    pub(crate) endpoint: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

impl Draft {
    /// Puts values in the place of the endpoint's `*`, in their order.
    pub(crate) fn fill_path<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) {
        for value in values {
            let encoded = utf8_percent_encode(value, UNRESERVED).to_string();
            self.endpoint = self.endpoint.replacen('*', &encoded, 1);
        }
    }

    /// Sets a header, in place of one of that name.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Sets a header unless there is one.
    pub(crate) fn default_header(&mut self, name: &str, value: &str) {
        if self.header(name).is_none() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Adds a connection's parameters, which go before the request's own.
    pub(crate) fn add(&mut self, parameters: &Parameters) {
        for parameter in &parameters.header_parameters {
            self.set_header(&parameter.key, &parameter.value);
        }
        for parameter in &parameters.query_string_parameters {
            self.query.retain(|(name, _)| *name != parameter.key);
            self.query.push((parameter.key.clone(), parameter.value.clone()));
        }
        if parameters.body_parameters.is_empty() {
            return;
        }
        let pairs = || parameters.body_parameters.iter().map(|parameter| (&parameter.key, &parameter.value));
        let text = self.body.take().unwrap_or_default();
        let is_form =
            self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        self.body = Some(if is_form {
            form_urlencoded::Serializer::for_suffix(text, 0).extend_pairs(pairs()).finish()
        } else {
            match serde_json::from_str(if text.is_empty() { "{}" } else { &text }) {
                Ok(Value::Object(mut members)) => {
                    members.extend(pairs().map(|(key, value)| (key.clone(), value.as_str().into())));
                    Value::Object(members).to_string()
                }
                // Parameters have no place in other bodies.
                _ => text,
            }
        });
    }

    /// The address with its query.
    pub(crate) fn url(&self) -> String {
        if self.query.is_empty() {
            return self.endpoint.clone();
        }
        let encoded = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
        let pairs: Vec<_> =
            self.query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let separator = if self.endpoint.contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.endpoint, pairs.join("&"))
    }

    /// The request.
    pub(super) fn request(&self) -> Result<Request<Bytes>, WebError> {
        let mut request = Request::builder().method(self.method.as_str()).uri(self.url());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = self.body.clone().unwrap_or_default();
        request.body(Bytes::from(body)).map_err(|error| WebError::Malformed { endpoint: self.endpoint.clone(), error })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(body: &str) -> Draft {
        Draft {
            method: "POST".to_owned(),
            endpoint: "https://example.com/orders/*/lines/*".to_owned(),
            headers: vec![("X-One".to_owned(), "mine".to_owned())],
            query: vec![("q".to_owned(), "mine".to_owned())],
            body: Some(body.to_owned()),
        }
    }

    fn parameters() -> Parameters {
        serde_json::from_value(json!({
            "HeaderParameters": [{ "Key": "x-one", "Value": "theirs" }],
            "QueryStringParameters": [{ "Key": "q", "Value": "a&b" }],
            "BodyParameters": [{ "Key": "tenant", "Value": "t 1" }],
        }))
        .expect("valid")
    }

    #[test]
    fn path_parameters_take_the_places_of_asterisks() {
        let mut draft = draft("");
        draft.fill_path(["a/b", "7"]);
        assert_eq!(draft.url(), "https://example.com/orders/a%2Fb/lines/7?q=mine");
    }

    #[test]
    fn a_connections_parameters_go_before_the_requests_own() {
        let mut draft = draft(r#"{"tenant":"mine","id":1}"#);
        draft.add(&parameters());
        assert_eq!(draft.headers, [("x-one".to_owned(), "theirs".to_owned())]);
        assert!(draft.url().ends_with("?q=a%26b"), "{}", draft.url());
        assert_eq!(draft.body.as_deref(), Some(r#"{"tenant":"t 1","id":1}"#));
    }

    #[test]
    fn body_parameters_join_forms_and_stay_out_of_other_texts() {
        let mut form = draft("a=1");
        form.set_header("Content-Type", "application/x-www-form-urlencoded");
        form.add(&parameters());
        assert_eq!(form.body.as_deref(), Some("a=1&tenant=t+1"));
        let mut list = draft("[1]");
        list.add(&parameters());
        assert_eq!(list.body.as_deref(), Some("[1]"));
    }
}
