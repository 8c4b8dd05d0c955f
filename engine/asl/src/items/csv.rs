//! CSV: rows of text to objects.

use std::collections::HashSet;
use std::sync::Arc;

use super::ReadFailure;
use crate::json::{Object, Value};

/// AWS's bound on the header, in bytes.
const MAX_HEADERS: usize = 10_240;

/// The rows of a text as objects.
pub(super) fn items(config: &Value, text: &str, limit: usize) -> Result<Vec<Value>, ReadFailure> {
    let delimiter = match config.get("CSVDelimiter").and_then(Value::as_str) {
        None | Some("COMMA") => ',',
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        Some(other) => return Err(ReadFailure::new(format!("The CSV delimiter {other} is not supported"))),
    };
    let mut rows = Rows { rest: text.strip_prefix('\u{feff}').unwrap_or(text), delimiter };
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
    if headers.iter().map(|header| header.len()).sum::<usize>() > MAX_HEADERS {
        return Err(ReadFailure::new(format!("CSV headers cannot be larger than {MAX_HEADERS} bytes.")));
    }
    if headers.iter().collect::<HashSet<_>>().len() < headers.len() {
        return Err(ReadFailure::new("CSV headers cannot contain duplicates."));
    }
    Ok(rows.take(limit).map(|row| item(&headers, row)).collect())
}

/// Columns without a header are dropped, headers without a column are empty.
pub(super) fn item(headers: &[Arc<str>], row: Vec<String>) -> Value {
    let mut columns = row.into_iter();
    let members: Object =
        headers.iter().map(|header| (header.clone(), Value::from(columns.next().unwrap_or_default()))).collect();
    Value::object(members)
}

/// The rows of a CSV text (RFC 4180), without blank ones. A backslash makes a backslash, quotation mark or delimiter
/// that follows ordinary and is dropped itself.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html>
pub(super) struct Rows<'a> {
    pub(super) rest: &'a str,
    pub(super) delimiter: char,
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
                '\\' => {
                    let escaped = |next: &char| matches!(next, '\\' | '"') || *next == self.delimiter;
                    if let Some((_, next)) = characters.next_if(|(_, next)| escaped(next)) {
                        column.push(next);
                    }
                }
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
