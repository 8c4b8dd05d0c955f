//! The envelope that every event travels in.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An event with its envelope; the order of the fields is AWS's on the wire.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html>
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Envelope {
    pub(crate) version: String,
    pub(crate) id: String,
    #[serde(rename = "detail-type")]
    pub(crate) detail_type: String,
    pub(crate) source: String,
    pub(crate) account: String,
    #[serde(with = "seconds")]
    pub(crate) time: Timestamp,
    pub(crate) region: String,
    #[serde(rename = "replay-name", default, skip_serializing_if = "Option::is_none")]
    pub(crate) replay_name: Option<String>,
    pub(crate) resources: Vec<String>,
    /// A JSON object as its sender spelled it, without the white space.
    pub(crate) detail: Box<RawValue>,
}

impl Envelope {
    /// The event as JSON text.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an envelope is JSON")
    }

    /// The envelope of a text that [`Envelope::to_json`] wrote.
    pub(crate) fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// The detail of an event when `text` is a JSON object: the same text without white space between its tokens, so that
/// numbers keep the spelling that patterns see. `None` when it's anything else.
pub(crate) fn detail(text: &str) -> Option<Box<RawValue>> {
    if !text.trim_start().starts_with('{') || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return None;
    }
    let (mut compact, mut quoted, mut escaped) = (String::with_capacity(text.len()), false, false);
    for character in text.chars() {
        if quoted || !character.is_ascii_whitespace() {
            compact.push(character);
        }
        (quoted, escaped) = match character {
            '"' if !escaped => (!quoted, false),
            '\\' => (quoted, quoted && !escaped),
            _ => (quoted, false),
        };
    }
    RawValue::from_string(compact).ok()
}

mod seconds {
    use clock::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time.to_rfc3339_seconds())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse_rfc3339(&text).ok_or_else(|| D::Error::custom(format!("not a time: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_keeps_its_spelling_but_not_its_white_space() {
        let kept = detail("{ \"a b\\\" \" : [ 1.0 ,\n 1e400 ] }").expect("an object");
        assert_eq!(kept.get(), r#"{"a b\" ":[1.0,1e400]}"#);
        for malformed in ["", "text", "\"{}\"", "[]", "{", "{\"a\":}", "{} {}"] {
            assert!(detail(malformed).is_none(), "{malformed}");
        }
    }

    #[test]
    fn the_replay_name_stands_behind_the_region() {
        let mut envelope = Envelope {
            version: "0".to_owned(),
            id: "i".to_owned(),
            detail_type: "t".to_owned(),
            source: "s".to_owned(),
            account: "a".to_owned(),
            time: Timestamp::from_millis(1_800_000_000_900),
            region: "r".to_owned(),
            replay_name: None,
            resources: vec!["x".to_owned()],
            detail: detail("{}").expect("an object"),
        };
        let text = r#"{"version":"0","id":"i","detail-type":"t","source":"s","account":"a","time":"2027-01-15T08:00:00Z","region":"r","resources":["x"],"detail":{}}"#;
        assert_eq!(envelope.to_json(), text);
        assert_eq!(Envelope::from_json(text).expect("its own text").to_json(), text);
        envelope.replay_name = Some("again".to_owned());
        assert!(envelope.to_json().contains(r#""region":"r","replay-name":"again","resources""#));
    }
}
