//! Values to compact JSON text, spelled as AWS spells it.

use std::fmt::Write as _;

use serde_json::Number;

use super::Value;

impl Value {
    /// Appends the compact JSON text to `text`.
    pub(crate) fn write(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(true) => text.push_str("true"),
            Self::Bool(false) => text.push_str("false"),
            Self::Number(number) => write_number(number, text),
            Self::String(value) => write_string(value, text),
            Self::Array(items) => {
                text.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        text.push(',');
                    }
                    item.write(text);
                }
                text.push(']');
            }
            Self::Object(members) => {
                text.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        text.push(',');
                    }
                    write_string(name, text);
                    text.push(':');
                    value.write(text);
                }
                text.push('}');
            }
        }
    }
}

impl Value {
    /// The JSON text with a space after each comma and colon, as `TestState` writes it.
    pub(crate) fn to_spaced_text(&self) -> String {
        let mut text = String::new();
        self.write_spaced(&mut text);
        text
    }

    fn write_spaced(&self, text: &mut String) {
        match self {
            Self::Array(items) => {
                text.push('[');
                for (position, item) in items.iter().enumerate() {
                    text.push_str(if position > 0 { ", " } else { "" });
                    item.write_spaced(text);
                }
                text.push(']');
            }
            Self::Object(members) => {
                text.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    text.push_str(if position > 0 { ", " } else { "" });
                    write_string(name, text);
                    text.push_str(": ");
                    value.write_spaced(text);
                }
                text.push('}');
            }
            scalar => scalar.write(text),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.to_text())
    }
}

/// Appends a number as JSON.
pub(crate) fn write_number(number: &Number, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{number}");
}

fn write_string(value: &str, text: &mut String) {
    text.push('"');
    let mut clean = 0;
    for (position, byte) in value.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            0x00..=0x1F => "",
            _ => continue,
        };
        text.push_str(&value[clean..position]);
        if escape.is_empty() {
            let _ = write!(text, "\\u{byte:04X}");
        } else {
            text.push_str(escape);
        }
        clean = position + 1;
    }
    text.push_str(&value[clean..]);
    text.push('"');
}
