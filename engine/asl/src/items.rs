//! What an item reader's object holds: CSV, JSON and JSON lines to items.
//!
//! See <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>.

use std::collections::HashSet;
use std::sync::Arc;

use crate::json::{Object, Value};

/// AWS's bound on the items of one map run.
const MAX_ITEMS: usize = 100_000_000;

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
/// `CSVHeaderLocation`, `CSVHeaders`, `CSVDelimiter`.
pub fn read_items(config: &Value, text: &str) -> Result<Vec<Value>, ReadFailure> {
    let limit = max_items(config)?;
    match config.get("InputType").and_then(Value::as_str) {
        Some("JSON") => match Value::parse(text) {
            Ok(Value::Array(items)) => Ok(items.iter().take(limit).cloned().collect()),
            Ok(_) => Err(ReadFailure::new("Attempting to map over non-iterable node.")),
            Err(error) => Err(ReadFailure::new(format!("The object is not valid JSON: {error}"))),
        },
        Some("JSONL") => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(limit)
            .map(|line| {
                Value::parse(line).map_err(|error| ReadFailure::new(format!("A line is not valid JSON: {error}")))
            })
            .collect(),
        Some("CSV") => csv(config, text, limit),
        Some(other) => {
            Err(ReadFailure::new(format!("The input type {other} is not supported; use CSV, JSON or JSONL")))
        }
        None => Err(ReadFailure::new("The ReaderConfig has no InputType")),
    }
}

/// As many items at most; the rest is left.
pub fn max_items(config: &Value) -> Result<usize, ReadFailure> {
    match config.get("MaxItems") {
        None => Ok(MAX_ITEMS),
        Some(value) => match value.as_i64() {
            Some(number) if number > 0 => Ok(usize::try_from(number).unwrap_or(MAX_ITEMS).min(MAX_ITEMS)),
            _ => Err(ReadFailure::new("field MaxItems must be positive")),
        },
    }
}

fn csv(config: &Value, text: &str, limit: usize) -> Result<Vec<Value>, ReadFailure> {
    let delimiter = match config.get("CSVDelimiter").and_then(Value::as_str) {
        None | Some("COMMA") => ',',
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        Some(other) => return Err(ReadFailure::new(format!("The CSV delimiter {other} is not supported"))),
    };
    let mut rows = Rows { rest: text, delimiter };
    let headers: Vec<Arc<str>> = match config.get("CSVHeaderLocation").and_then(Value::as_str) {
        Some("GIVEN") => {
            let given = config.get("CSVHeaders").and_then(Value::as_array);
            given
                .map(|names| names.iter().filter_map(|name| name.as_str().map(Arc::from)).collect())
                .unwrap_or_default()
        }
        Some("FIRST_ROW") => rows.next().unwrap_or_default().into_iter().map(Arc::from).collect(),
        _ => return Err(ReadFailure::new("The CSVHeaderLocation must be FIRST_ROW or GIVEN")),
    };
    if headers.iter().collect::<HashSet<_>>().len() < headers.len() {
        return Err(ReadFailure::new("CSV headers cannot contain duplicates."));
    }
    Ok(rows.take(limit).map(|row| item(&headers, row)).collect())
}

/// Columns without a header are dropped, headers without a column are empty.
fn item(headers: &[Arc<str>], row: Vec<String>) -> Value {
    let mut columns = row.into_iter();
    let members: Object =
        headers.iter().map(|header| (header.clone(), Value::from(columns.next().unwrap_or_default()))).collect();
    Value::object(members)
}

/// The rows of a CSV text (RFC 4180), without blank ones.
struct Rows<'a> {
    rest: &'a str,
    delimiter: char,
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        self.rest = self.rest.trim_start_matches(['\r', '\n']);
        if self.rest.is_empty() {
            return None;
        }
        let mut columns = vec![String::new()];
        let mut quoted = false;
        let mut characters = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((position, character)) = characters.next() {
            let column = columns.last_mut()?;
            match character {
                '"' if quoted && characters.peek().is_some_and(|(_, next)| *next == '"') => {
                    characters.next();
                    column.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if column.is_empty() => quoted = true,
                '\n' if !quoted => {
                    end = position + 1;
                    break;
                }
                '\r' if !quoted && characters.peek().is_some_and(|(_, next)| *next == '\n') => {}
                _ if !quoted && character == self.delimiter => columns.push(String::new()),
                _ => column.push(character),
            }
        }
        self.rest = &self.rest[end..];
        Some(columns)
    }
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
    fn json_must_be_an_array_and_json_lines_are_values() {
        assert_eq!(read(r#"{"InputType":"JSON","MaxItems":2}"#, "[1, [2], 3]").as_deref(), Ok("[1,[2]]"));
        assert_eq!(read(r#"{"InputType":"JSON"}"#, "{}"), Err("Attempting to map over non-iterable node.".to_owned()));
        assert_eq!(read(r#"{"InputType":"JSONL"}"#, "{\"a\":1}\n\n2\n").as_deref(), Ok(r#"[{"a":1},2]"#));
        assert_eq!(
            read(r#"{"InputType":"JSON","MaxItems":-1}"#, "[]"),
            Err("field MaxItems must be positive".to_owned())
        );
    }
}
