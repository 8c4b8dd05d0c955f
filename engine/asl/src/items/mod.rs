//! The items of distributed Maps: what an item reader's objects hold, and how items are batched.
//!
//! See <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>.

mod batches;
mod csv;
mod manifest;

use std::sync::Arc;

pub use batches::{Batch, batches};
pub use manifest::{Inventory, listed_objects};

use crate::json::{Object, Value};

/// AWS's bound on the items of one map run.
const MAX_ITEMS: usize = 100_000_000;

/// An item of a distributed Map and where it is from.
#[derive(Clone, Debug, PartialEq)]
pub struct DataItem {
    /// The item: `$$.Map.Item.Value`.
    pub value: Value,
    /// Its name, of a member of an object: `$$.Map.Item.Key`.
    pub key: Option<Arc<str>>,
    /// The URI it was read from, `None` for the state's own input: `$$.Map.Item.Source`.
    pub source: Option<Arc<str>>,
}

impl DataItem {
    /// An item that was read from `source`.
    pub fn read(value: Value, source: &Arc<str>) -> Self {
        Self { value, key: None, source: Some(source.clone()) }
    }
}

/// Items could not be read: `States.ItemReaderFailed`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct ReadFailure {
    /// AWS's words.
    pub cause: String,
}

impl ReadFailure {
    /// The error name that the map run fails with.
    pub const ERROR: &str = "States.ItemReaderFailed";

    fn new(cause: impl Into<String>) -> Self {
        Self { cause: cause.into() }
    }
}

/// Reads the items of an object's text as the evaluated `ReaderConfig` says: `InputType` CSV, JSON or JSONL, `MaxItems`,
/// `ItemsPointer`, `CSVHeaderLocation`, `CSVHeaders`, `CSVDelimiter`.
pub fn read_items(config: &Value, text: &str) -> Result<Vec<Value>, ReadFailure> {
    let limit = max_items(config)?;
    match config.get("InputType").and_then(Value::as_str) {
        Some("JSON") => {
            let document = Value::parse(text)
                .map_err(|error| ReadFailure::new(format!("The object is not valid JSON: {error}")))?;
            let items = match config.get("ItemsPointer").and_then(Value::as_str) {
                None => Some(&document),
                Some(pointer) => point(&document, pointer),
            };
            match items {
                Some(Value::Array(items)) => Ok(items.iter().take(limit).cloned().collect()),
                _ => Err(ReadFailure::new("Attempting to map over non-iterable node.")),
            }
        }
        Some("JSONL") => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(limit)
            .map(|line| {
                Value::parse(line).map_err(|error| ReadFailure::new(format!("A line is not valid JSON: {error}")))
            })
            .collect(),
        Some("CSV") => csv::items(config, text, limit),
        Some("PARQUET") => Err(ReadFailure::new("sluice does not read PARQUET yet; use CSV, JSON or JSONL")),
        Some(other) => {
            Err(ReadFailure::new(format!("The input type {other} is not supported; use CSV, JSON or JSONL")))
        }
        None => Err(ReadFailure::new("The ReaderConfig has no InputType")),
    }
}

/// What a test says that a reader reads: JSON, if the `ReaderConfig` doesn't say otherwise.
pub(crate) fn read_test_items(config: &Value, text: &str) -> Result<Vec<Value>, ReadFailure> {
    match config.as_object() {
        Some(members) if !members.contains_key("InputType") => {
            let mut members = Object::clone(members);
            members.insert("InputType".into(), Value::from("JSON"));
            read_items(&Value::object(members), text)
        }
        _ => read_items(config, text),
    }
}

/// The items of an array, or the members of an object.
pub(crate) fn entries(dataset: &Value) -> Vec<DataItem> {
    let item =
        |key: Option<&Arc<str>>, value: &Value| DataItem { value: value.clone(), key: key.cloned(), source: None };
    match dataset {
        Value::Array(items) => items.iter().map(|value| item(None, value)).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| item(Some(key), value)).collect(),
        _ => Vec::new(),
    }
}

/// As many items at most; the rest is left.
pub fn max_items(config: &Value) -> Result<usize, ReadFailure> {
    match config.get("MaxItems") {
        None => Ok(MAX_ITEMS),
        // A variable may hold the number as text.
        Some(value) => match value.as_i64().or_else(|| value.as_str()?.parse().ok()) {
            Some(number) if number > 0 => Ok(usize::try_from(number).unwrap_or(MAX_ITEMS).min(MAX_ITEMS)),
            _ => Err(ReadFailure::new("field MaxItems must be positive")),
        },
    }
}

/// What a JSON pointer (RFC 6901) leads to.
fn point<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    let mut value = document;
    for step in pointer.strip_prefix('/').map(|path| path.split('/')).into_iter().flatten() {
        let name = step.replace("~1", "/").replace("~0", "~");
        value = match value {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            other => other.get(&name)?,
        };
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(config: &str, text: &str) -> Result<String, String> {
        let config = Value::parse(config).expect("valid");
        read_items(&config, text).map(|items| Value::array(items).to_text()).map_err(|failure| failure.cause)
    }

    #[test]
    fn csv_takes_its_headers_from_the_first_row_or_as_given() {
        let first = r#"{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}"#;
        assert_eq!(
            read(first, "a,b\r\n1,\"x,\"\"y\"\"\"\n,,,\n   \n").as_deref(),
            Ok(r#"[{"a":"1","b":"x,\"y\""},{"a":"","b":""},{"a":"   ","b":""}]"#)
        );
        let given =
            r#"{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["H"],"CSVDelimiter":"PIPE","MaxItems":1}"#;
        assert_eq!(read(given, "1|2\n3|4").as_deref(), Ok(r#"[{"H":"1"}]"#));
        let twice = r#"{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["H","H"]}"#;
        assert_eq!(read(twice, "1|2"), Err("CSV headers cannot contain duplicates.".to_owned()));
    }

    #[test]
    fn csv_escapes_with_backslashes() {
        let comma = r#"{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}"#;
        let text = "p\\ath,size\nC:\\\\My\\,App,1\n\\a\\|b,\"x\\\"y\\,\"\n";
        assert_eq!(
            read(comma, text).as_deref(),
            Ok(r#"[{"path":"C:\\My,App","size":"1"},{"path":"a|b","size":"x\"y,"}]"#)
        );
        let pipe = r#"{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"PIPE"}"#;
        assert_eq!(read(pipe, "1\\|2|3\\").as_deref(), Ok(r#"[{"a":"1|2","b":"3"}]"#));
    }

    #[test]
    fn json_must_be_an_array_and_json_lines_are_values() {
        assert_eq!(read(r#"{"InputType":"JSON","MaxItems":2}"#, "[1, [2], 3]").as_deref(), Ok("[1,[2]]"));
        assert_eq!(read(r#"{"InputType":"JSON"}"#, "{}"), Err("Attempting to map over non-iterable node.".to_owned()));
        let inside = r#"{"InputType":"JSON","ItemsPointer":"/a~1b/1"}"#;
        assert_eq!(read(inside, r#"{"a/b":[0,[7]]}"#).as_deref(), Ok("[7]"));
        assert_eq!(read(inside, "{}"), Err("Attempting to map over non-iterable node.".to_owned()));
        assert_eq!(read(r#"{"InputType":"JSON","MaxItems":"1"}"#, "[1,2]").as_deref(), Ok("[1]"));
        assert!(read(r#"{"InputType":"PARQUET"}"#, "PAR1").expect_err("not built").contains("PARQUET"));
        assert_eq!(read(r#"{"InputType":"JSONL"}"#, "{\"a\":1}\n\n2\n").as_deref(), Ok(r#"[{"a":1},2]"#));
        assert_eq!(
            read(r#"{"InputType":"JSON","MaxItems":-1}"#, "[]"),
            Err("field MaxItems must be positive".to_owned())
        );
    }
}
