//! The functions on strings and JSON texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::json::{Object, Value};

/// AWS's bound on what the encoding and hashing functions take.
const MAX_LENGTH: usize = 10_000;

/// Longer texts fit no payload.
const MAX_RESULT: usize = 1024 * 1024;
const TOO_LONG: &str = "The result is too long";

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "The argument must be a string".to_owned())
}

fn bounded(value: &Value) -> Result<&str, String> {
    let text = string(value)?;
    if text.chars().count() > MAX_LENGTH {
        return Err(format!("The argument must not be longer than {MAX_LENGTH} characters"));
    }
    Ok(text)
}

pub(super) fn encode(value: &Value) -> Result<Value, String> {
    Ok(Value::from(STANDARD.encode(bounded(value)?)))
}

pub(super) fn decode(value: &Value) -> Result<Value, String> {
    let bytes = STANDARD.decode(bounded(value)?).map_err(|_| "The argument is not valid Base64")?;
    String::from_utf8(bytes).map(Value::from).map_err(|_| "The argument does not decode to text".to_owned())
}

/// The hash in lower case hexadecimal; values other than strings are hashed as their JSON text.
pub(crate) fn hash(value: &Value, algorithm: &Value) -> Result<Value, String> {
    let text = match value {
        Value::String(text) => text.to_string(),
        other => other.to_text(),
    };
    if text.chars().count() > MAX_LENGTH {
        return Err(format!("The argument must not be longer than {MAX_LENGTH} characters"));
    }
    let digest = match string(algorithm)? {
        "MD5" => hexadecimal(&Md5::digest(text)),
        "SHA-1" => hexadecimal(&sha1::Sha1::digest(text)),
        "SHA-256" => hexadecimal(&Sha256::digest(text)),
        "SHA-384" => hexadecimal(&Sha384::digest(text)),
        "SHA-512" => hexadecimal(&Sha512::digest(text)),
        _ => return Err("The algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512".to_owned()),
    };
    Ok(Value::from(digest))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Only shallow merging exists, as on AWS.
pub(super) fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, String> {
    let object = |value: &Value| value.as_object().cloned().ok_or("The arguments to merge must be objects");
    let (first, second) = (object(first)?, object(second)?);
    match deep {
        Value::Bool(false) => {
            let mut merged = Object::clone(&first);
            merged.extend(second.iter().map(|(name, value)| (name.clone(), value.clone())));
            Ok(Value::object(merged))
        }
        _ => Err("Only shallow merging is supported: the third argument must be false".to_owned()),
    }
}

/// The JSON text, unless it is beyond any payload.
pub(super) fn to_json(value: &Value) -> Result<Value, String> {
    match value.render() {
        (text, true) => Ok(Value::from(text)),
        (_, false) => Err(TOO_LONG.to_owned()),
    }
}

/// Blank text is `null`, as AWS has it.
pub(super) fn parse_json(value: &Value) -> Result<Value, String> {
    let text = string(value)?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    Value::parse(text).map_err(|error| format!("The argument is not valid JSON: {error}"))
}

/// Each character of `separators` separates; empty parts are left out.
pub(super) fn split(value: &Value, separators: &Value) -> Result<Value, String> {
    let separators = string(separators)?;
    let parts = string(value)?.split(|character| separators.contains(character)).filter(|part| !part.is_empty());
    Ok(Value::array(parts.map(Value::from).collect()))
}

/// Each `{}` takes the next argument; strings go in as they are, all else as JSON.
pub(super) fn format(template: &Value, arguments: &[Value]) -> Result<Value, String> {
    let template = string(template)?;
    let mut text = String::with_capacity(template.len() + 16);
    let mut arguments = arguments.iter();
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        if text.len() > MAX_RESULT {
            return Err(TOO_LONG.to_owned());
        }
        match character {
            '\\' if matches!(characters.peek(), Some('{' | '}')) => text.extend(characters.next()),
            '{' if characters.peek() == Some(&'}') => {
                characters.next();
                match arguments.next().ok_or("There are fewer arguments than occurrences of {}")? {
                    Value::String(argument) => text.push_str(argument),
                    other => text.push_str(&other.to_text()),
                }
            }
            _ => text.push(character),
        }
    }
    match arguments.next() {
        Some(_) => Err("There are more arguments than occurrences of {}".to_owned()),
        None => Ok(Value::from(text)),
    }
}
