//! Text to call.

use super::{Argument, Call, Function};
use crate::json::Value;
use crate::path;

/// AWS allows ten levels of nested calls.
const MAX_DEPTH: usize = 10;

/// Parses a call; `None` when the text is none.
pub(crate) fn parse(text: &str) -> Option<Call> {
    let (call, rest) = call(text.trim(), 0)?;
    rest.trim().is_empty().then_some(call)
}

fn call(text: &str, depth: usize) -> Option<(Call, &str)> {
    if depth > MAX_DEPTH {
        return None;
    }
    let after_prefix = text.strip_prefix("States.")?;
    let (name, mut rest) = after_prefix.split_once('(')?;
    let function = Function::named(name)?;
    let mut arguments = Vec::new();
    rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix(')') {
        rest = after;
    } else {
        loop {
            let (argument, after) = argument(rest.trim_start(), depth)?;
            arguments.push(argument);
            let after = after.trim_start();
            if let Some(next) = after.strip_prefix(',') {
                rest = next;
            } else {
                rest = after.strip_prefix(')')?;
                break;
            }
        }
    }
    if !function.arity().contains(&arguments.len()) {
        return None;
    }
    let spelled = &text[..text.len() - rest.len()];
    Some((Call { text: spelled.into(), function, arguments }, rest))
}

fn argument(text: &str, depth: usize) -> Option<(Argument, &str)> {
    match text.chars().next()? {
        '\'' => {
            let (literal, rest) = literal(text)?;
            Some((Argument::Literal(Value::from(literal)), rest))
        }
        '$' => {
            let end = path_end(text);
            Some((Argument::Path(path::parse(text[..end].trim_end())?), &text[end..]))
        }
        'S' => call(text, depth + 1).map(|(call, rest)| (Argument::Call(call), rest)),
        _ => {
            let end = text.find([',', ')']).unwrap_or(text.len());
            Some((Argument::Literal(scalar(text[..end].trim())?), &text[end..]))
        }
    }
}

fn scalar(text: &str) -> Option<Value> {
    match Value::parse(text).ok()? {
        value @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Some(value),
        _ => None,
    }
}

/// A string in single quotes; `\'`, `\\`, `\{` and `\}` stand for the character, the braces keeping their backslash for
/// `States.Format`.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text[1..].char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '\'' => return Some((value, &text[position + 2..])),
            '\\' => match characters.next()?.1 {
                escaped @ ('\'' | '\\') => value.push(escaped),
                brace @ ('{' | '}') => {
                    value.push('\\');
                    value.push(brace);
                }
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                _ => return None,
            },
            _ => value.push(character),
        }
    }
    None
}

/// Where a path argument ends: at the comma or parenthesis outside its brackets, quotes and parentheses.
fn path_end(text: &str) -> usize {
    let (mut brackets, mut parentheses, mut quote) = (0_usize, 0_usize, None);
    for (position, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if brackets > 0 => quote = Some(character),
            (None, '[') => brackets += 1,
            (None, ']') => brackets = brackets.saturating_sub(1),
            (None, '(') => parentheses += 1,
            (None, ')') if parentheses > 0 => parentheses -= 1,
            (None, ',' | ')') if brackets == 0 && parentheses == 0 => return position,
            _ => {}
        }
    }
    text.len()
}
