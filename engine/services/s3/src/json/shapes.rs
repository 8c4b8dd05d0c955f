//! Where the members of S3's operations stand in requests and answers.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// An operation's request line and shapes.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) method: String,
    /// `/{Bucket}/{Key+}?uploads`
    pub(super) path: String,
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
}

/// A structure (with members) or a list (of a type).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shape {
    #[serde(default)]
    pub(super) members: HashMap<String, Member>,
    /// The member that is the body, whole.
    pub(super) payload: Option<String>,
    /// A list's type of items.
    pub(super) list: Option<String>,
    /// The element of a list's items.
    #[serde(rename = "as")]
    pub(super) item: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Member {
    #[serde(rename = "in")]
    pub(super) place: Place,
    #[serde(rename = "as")]
    pub(super) wire_name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Whether a list's items stand without an element around them.
    #[serde(default)]
    pub(super) flat: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    Uri,
    Query,
    Header,
    Headers,
    Body,
}

#[derive(Deserialize)]
struct Shapes {
    operations: HashMap<String, Operation>,
    shapes: HashMap<String, Shape>,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/shapes.json")).expect("shapes.py writes these types")
});

pub(super) fn operation(name: &str) -> Option<&'static Operation> {
    SHAPES.operations.get(name)
}

/// The shape of that name; none for simple types.
pub(super) fn shape(name: &str) -> Option<&'static Shape> {
    SHAPES.shapes.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_operation_has_shapes() {
        for name in crate::api::API.operations.built {
            assert!(operation(name).is_some(), "{name}: run data/shapes.py");
        }
    }
}
