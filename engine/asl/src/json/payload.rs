//! A JSON document with its text, which is made once and only when somebody asks.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Value;
use super::write::MAX_TEXT;

/// What flows between states: a JSON document. The text is kept as it was given (white space too) as long as no state
/// changes the value; a clone is a pointer.
#[derive(Clone)]
pub struct Payload(Arc<Document>);

struct Document {
    text: OnceLock<Text>,
    value: Value,
}

struct Text {
    text: Arc<str>,
    whole: bool,
}

impl Text {
    fn whole(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), whole: true }
    }
}

impl Payload {
    /// A payload of JSON text. The text is parsed here, so that later looks cannot fail.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let value = Value::parse(text)?;
        Ok(Self(Arc::new(Document { text: OnceLock::from(Text::whole(text)), value })))
    }

    /// An array of payloads; their texts, white space too, are parts of its own.
    pub(crate) fn array(items: &[Payload]) -> Self {
        let value = Value::array(items.iter().map(|item| item.value().clone()).collect());
        let length = items.iter().map(|item| item.text().len() + 1).sum::<usize>() + 1;
        if length > MAX_TEXT || items.iter().any(|item| !item.is_whole()) {
            return Self::from(value);
        }
        let mut text = String::with_capacity(length + 1);
        text.push('[');
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            text.push_str(item.text());
        }
        text.push(']');
        Self(Arc::new(Document { text: OnceLock::from(Text::whole(text)), value }))
    }

    /// The JSON text, cut as [`Value::to_text`] cuts it. No payload of that size leaves a state.
    pub fn text(&self) -> &Arc<str> {
        &self.rendered().text
    }

    /// Whether the text is all of the value.
    pub(crate) fn is_whole(&self) -> bool {
        self.rendered().whole
    }

    fn rendered(&self) -> &Text {
        self.0.text.get_or_init(|| {
            let (text, whole) = self.value().render();
            Text { text: text.into(), whole }
        })
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// The value in serde_json's form, copied.
    pub fn to_json(&self) -> serde_json::Value {
        self.value().into()
    }

    /// Whether two payloads are one and the same document in memory.
    pub fn same(&self, other: &Payload) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl From<Value> for Payload {
    fn from(value: Value) -> Self {
        Self(Arc::new(Document { text: OnceLock::new(), value }))
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.text() == other.text()
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.text())
    }
}

impl std::fmt::Display for Payload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.text())
    }
}

impl Serialize for Payload {
    /// As a string that holds the JSON text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
