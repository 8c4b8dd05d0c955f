//! The tokens of filter patterns.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word as it stands.
    Word(String),
    /// A text in double quotes.
    Quoted(String),
    /// A regular expression between percent signs.
    Regex(String),
    /// `(`, `)`, `{`, `}`, `&&`, `||`, `=`, `!=`, `<`, `<=`, `>`, `>=`, `?`, `-`
    Sign(&'static str),
}

const SIGNS: [&str; 12] = ["&&", "||", "!=", "<=", ">=", "=", "<", ">", "(", ")", "{", "}"];

/// The tokens of a text; `None` where a quote or a percent sign is not closed. With `prefixes`, `?` and `-` in front of a
/// word are signs.
pub(super) fn tokens(text: &str, prefixes: bool) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let (quoted, after) = quoted(&rest[1..])?;
            tokens.push(Token::Quoted(quoted));
            rest = after;
        } else if first == '%' {
            let end = rest[1..].find('%')? + 1;
            tokens.push(Token::Regex(rest[1..end].to_owned()));
            rest = &rest[end + 1..];
        } else if prefixes && (first == '?' || first == '-') {
            tokens.push(Token::Sign(if first == '?' { "?" } else { "-" }));
            rest = &rest[1..];
        } else if let Some(sign) = SIGNS.iter().find(|sign| !prefixes && rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let ends = |character: char| character.is_whitespace() || (!prefixes && "=!<>(){}&|\"".contains(character));
            let end = rest.find(ends).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

/// The text up to the closing quote, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut quoted = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((quoted, &text[index + 1..])),
            '\\' => quoted.push(characters.next()?.1),
            other => quoted.push(other),
        }
    }
    None
}
