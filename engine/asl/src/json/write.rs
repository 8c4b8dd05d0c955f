//! Values to JSON text, spelled as AWS spells it.

use std::fmt::Write as _;

use serde_json::Number;

use super::Value;

/// Longer texts are cut: shared parts can make a small value's text as long as memory, and no payload may be anywhere
/// near as long.
pub(super) const MAX_TEXT: usize = 16 * 1024 * 1024;
/// Values nested deeper are cut, so that a state that wraps its input again and again meets a limit and not the end of
/// the stack. Text that is parsed is never deeper than 128 levels.
const MAX_DEPTH: usize = 256;

/// The text was cut.
struct Cut;

struct Writer {
    text: String,
    comma: &'static str,
    colon: &'static str,
}

impl Value {
    /// The compact JSON text, and whether it is whole.
    pub(crate) fn render(&self) -> (String, bool) {
        Writer { text: String::with_capacity(64), comma: ",", colon: ":" }.render(self)
    }

    /// The JSON text with a space after each comma and colon, as `TestState` writes it.
    pub(crate) fn to_spaced_text(&self) -> String {
        Writer { text: String::new(), comma: ", ", colon: ": " }.render(self).0
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.to_text())
    }
}

impl Writer {
    fn render(mut self, value: &Value) -> (String, bool) {
        let whole = self.value(value, 0).is_ok();
        (self.text, whole)
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Cut> {
        if depth > MAX_DEPTH || self.text.len() > MAX_TEXT {
            return Err(Cut);
        }
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(true) => self.text.push_str("true"),
            Value::Bool(false) => self.text.push_str("false"),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                self.text.push('[');
                for (position, item) in items.iter().enumerate() {
                    self.separate(position);
                    self.value(item, depth + 1)?;
                }
                self.text.push(']');
            }
            Value::Object(members) => {
                self.text.push('{');
                for (position, (name, member)) in members.iter().enumerate() {
                    self.separate(position);
                    self.string(name);
                    self.text.push_str(self.colon);
                    self.value(member, depth + 1)?;
                }
                self.text.push('}');
            }
        }
        Ok(())
    }

    fn separate(&mut self, position: usize) {
        if position > 0 {
            self.text.push_str(self.comma);
        }
    }

    /// Floats are spelled as Java spells them: far from one with an exponent, and always with a fraction.
    fn number(&mut self, number: &Number) {
        let float = number.as_f64().filter(|_| number.is_f64());
        // Writing to a string cannot fail.
        let _ = match float {
            None => write!(self.text, "{number}"),
            Some(float) if float == 0.0 || (1e-3..1e7).contains(&float.abs()) => write!(self.text, "{float:?}"),
            Some(float) => {
                let spelled = format!("{float:E}");
                let (digits, exponent) = spelled.split_once('E').unwrap_or((&spelled, "0"));
                let fraction = if digits.contains('.') { "" } else { ".0" };
                write!(self.text, "{digits}{fraction}E{exponent}")
            }
        };
    }

    fn string(&mut self, value: &str) {
        let text = &mut self.text;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_spelled_as_java_spells_them() {
        for (text, spelled) in [
            ("0.1", "0.1"),
            ("1.0", "1.0"),
            ("1234567.5", "1234567.5"),
            ("12345678.5", "1.23456785E7"),
            ("1e20", "1.0E20"),
            ("1e-7", "1.0E-7"),
            ("0.001", "0.001"),
            ("0.0001", "1.0E-4"),
            ("-2.5e10", "-2.5E10"),
            ("12345678901", "12345678901"),
        ] {
            assert_eq!(Value::parse(text).expect("JSON").to_text(), spelled, "{text}");
        }
    }
}
