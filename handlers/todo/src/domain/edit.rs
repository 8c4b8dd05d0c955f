//! What an update does to one field.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an update does to one field: in JSON, absent keeps it (give the field `#[serde(default)]` and skip
/// [`Edit::is_keep`]), `null` clears it, a value sets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Leaves it as it is.
    #[default]
    Keep,
    /// Takes it away.
    Clear,
    /// Gives it a value.
    Set(T),
}

impl<T> Edit<T> {
    /// Whether the field stays as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What the field is after the edit.
    pub fn apply<U, E>(self, current: Option<U>, read: impl FnOnce(T) -> Result<Option<U>, E>) -> Result<Option<U>, E> {
        match self {
            Self::Keep => Ok(current),
            Self::Clear => Ok(None),
            Self::Set(value) => read(value),
        }
    }
}

impl<T: Serialize> Serialize for Edit<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Edit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}
