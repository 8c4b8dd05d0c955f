//! Reading settings: values with the path that errors name.

use ::service::ServiceError;
use serde_json::Value;

use crate::error::at;
use crate::operations::lower_first;

/// A place in the settings.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// The place below; where there is nothing, nothing is below that either.
    pub(super) fn member(&self, name: &str) -> Self {
        Self {
            value: self.value.get(name).unwrap_or(&Value::Null),
            path: format!("{}/{}", self.path, lower_first(name)),
        }
    }

    /// The place below several names: `CodecSettings/H264Settings`.
    pub(super) fn below(&self, names: &str) -> Self {
        names.split('/').fold(self.clone(), |reader, name| reader.member(name))
    }

    pub(super) fn is_absent(&self) -> bool {
        self.value.is_null()
    }

    /// The items of a list; none where there is none.
    pub(super) fn list(&self, name: &str) -> Vec<Self> {
        let member = self.member(name);
        let items = member.value.as_array().map(Vec::as_slice).unwrap_or_default();
        let item = |(index, value)| Self { value, path: format!("{}/{index}", member.path) };
        items.iter().enumerate().map(item).collect()
    }

    /// The entries of a map, under the names that the caller chose.
    pub(super) fn map(&self, name: &str) -> Vec<(String, Self)> {
        let member = self.member(name);
        let entry =
            |(key, value): (&String, &'a Value)| (key.clone(), Self { value, path: format!("{}/{key}", member.path) });
        member.value.as_object().into_iter().flatten().map(entry).collect()
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.value.get(name).and_then(Value::as_f64)
    }

    /// A number without a fraction.
    pub(super) fn integer(&self, name: &str) -> Option<u64> {
        self.number(name).filter(|number| *number >= 0.0).map(|number| number as u64)
    }

    /// The value itself as a number without a fraction.
    pub(super) fn as_integer(&self) -> Option<u64> {
        self.value.as_f64().map(|number| number as u64)
    }

    pub(super) fn required_text(&self, name: &str) -> Result<&'a str, ServiceError> {
        self.text(name).ok_or_else(|| self.lacks(name))
    }

    pub(super) fn required_integer(&self, name: &str) -> Result<u64, ServiceError> {
        self.integer(name).ok_or_else(|| self.lacks(name))
    }

    /// The error that a member is missing.
    pub(super) fn lacks(&self, name: &str) -> ServiceError {
        at(&format!("{}/{}", self.path, lower_first(name)), "is a required property")
    }

    /// The error that what is here can't be.
    pub(super) fn refuse(&self, reason: impl std::fmt::Display) -> ServiceError {
        at(&self.path, reason)
    }
}
