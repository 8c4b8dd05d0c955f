//! Where a text stops being JSON, in the words of the parser that AWS reads it with.

use serde::de::IgnoredAny;

/// How much of a text its parser cites.
const CITED: usize = 500;

/// `[Source: (String)"env:dev"; line: 1, column: 4]` for a text that is no JSON, `None` for one that is. The column is the one
/// behind what can't be read.
///
/// <https://github.com/aws/aws-cli/issues/6711>
pub(super) fn error_in(text: &str) -> Option<String> {
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    // A word is read to its end before it turns out to be none.
    let from = line.get(error.column().saturating_sub(1)..).unwrap_or_default();
    let word = from.find(|character: char| !character.is_alphanumeric()).unwrap_or(from.len());
    let column = error.column() + word.max(1);
    let source = match text.char_indices().nth(CITED) {
        None => format!("\"{text}\""),
        Some((end, _)) => format!("\"{}\"[truncated {} chars]", &text[..end], text[end..].chars().count()),
    };
    Some(format!("[Source: (String){source}; line: {}, column: {column}]", error.line()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_behind_the_word_that_is_none() {
        assert_eq!(error_in(r#"{"a":[1]}"#), None);
        assert_eq!(error_in("\"text\""), None);
        assert_eq!(error_in("env:dev").as_deref(), Some("[Source: (String)\"env:dev\"; line: 1, column: 4]"));
        let second = error_in("{\n  \"a\": x\n}").expect("invalid");
        assert!(second.ends_with("line: 2, column: 9]"), "{second}");
        assert!(error_in(&"x".repeat(600)).expect("invalid").contains("[truncated 100 chars]"));
    }
}
