//! Text with placeholders in angle brackets, and the knowledge which of them stand inside of quotes.

use serde_json::Value;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<P> {
    Text(String),
    Placeholder {
        placeholder: P,
        /// Whether it stands inside of a JSON string.
        quoted: bool,
    },
}

/// Splits a template at its placeholders; `read` tells what is one. An angle bracket that opens none is text.
pub(super) fn pieces<P, E>(template: &str, read: impl Fn(&str) -> Result<Option<P>, E>) -> Result<Vec<Piece<P>>, E> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut quoted = false;
    let mut rest = template;
    while let Some(character) = rest.chars().next() {
        if character == '<'
            && let Some(end) = rest.find('>')
            && let Some(placeholder) = read(&rest[1..end])?
        {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Placeholder { placeholder, quoted });
            rest = &rest[end + 1..];
            continue;
        }
        // An escaped character is passed over whole, so that \" doesn't end the string.
        let length = match character {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            other => other.len_utf8(),
        };
        quoted ^= character == '"';
        text.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

/// A string as it stands between the quotes of a JSON string.
pub(super) fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_know_whether_they_stand_in_a_string() {
        let read = |name: &str| Ok::<_, ()>((name == "x").then(|| name.to_owned()));
        let pieces = pieces(r#"{"a": "\"<x>", "b": <x>, "c": "1 < 2 <y>"}"#, read).expect("infallible");
        let quoted: Vec<bool> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Placeholder { quoted, .. } => Some(*quoted),
                Piece::Text(_) => None,
            })
            .collect();
        assert_eq!(quoted, [true, false]);
        assert_eq!(pieces.last(), Some(&Piece::Text(r#", "c": "1 < 2 <y>"}"#.to_owned())));
    }
}
