//! What the operations of AWS's services take and answer: `data/shapes.json`, which `data/shapes.py` writes.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

/// The service model of one service.
#[derive(Debug, Deserialize)]
pub(crate) struct Service {
    /// The shapes of the errors that the API models, by what stands for them on the wire.
    pub(crate) errors: HashMap<String, String>,
    /// The type of what each operation takes.
    pub(crate) requests: HashMap<String, String>,
    /// The type of what each operation answers.
    pub(crate) answers: HashMap<String, String>,
    pub(crate) shapes: HashMap<String, Shape>,
}

/// What a type's name stands for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    List(String),
    Map(String),
    Enum(Vec<String>),
    Number(Option<f64>, Option<f64>),
    #[serde(untagged)]
    Structure {
        structure: HashMap<String, String>,
        #[serde(default)]
        required: Vec<String>,
    },
}

/// A line of the file, read when it is first asked for.
struct Line {
    /// As resource ARNs have it.
    names: Vec<&'static str>,
    text: &'static str,
    service: OnceLock<Service>,
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let lines = include_str!("../data/shapes.json").lines().filter_map(|line| line.strip_prefix("{\"names\":["));
    let line = |text: &'static str| {
        let (names, _) = text.split_once(']').unwrap_or_default();
        Line { names: names.split(',').map(|name| name.trim_matches('"')).collect(), text, service: OnceLock::new() }
    };
    lines.map(line).collect()
});

/// The model of the service that resource ARNs name so.
pub(crate) fn service(name: &str) -> Option<&'static Service> {
    let line = LINES.iter().find(|line| line.names.contains(&name))?;
    Some(line.service.get_or_init(|| {
        let (_, rest) = line.text.split_once("],").unwrap_or_default();
        serde_json::from_str(&format!("{{{}", rest.trim_end_matches(','))).expect("the generated file is of this form")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_shapes_is_there() {
        assert!(LINES.len() > 10);
        for service in LINES.iter().filter_map(|line| service(line.names[0])) {
            let inner = service.shapes.values().flat_map(|shape| match shape {
                Shape::Structure { structure, .. } => structure.values().collect(),
                Shape::List(inner) | Shape::Map(inner) => vec![inner],
                Shape::Enum(_) | Shape::Number(..) => Vec::new(),
            });
            for wanted in inner.chain(service.requests.values()).chain(service.answers.values()) {
                let plain = ["any", "string", "timestamp", "number", "boolean"].contains(&wanted.as_str());
                assert!(plain || service.shapes.contains_key(wanted), "{wanted}");
            }
        }
    }
}
