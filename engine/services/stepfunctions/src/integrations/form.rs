//! JSON as a form: `application/x-www-form-urlencoded`, with arrays as `ArrayFormat` says. Pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*');

/// How arrays are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrays {
    /// `a[0]=1&a[1]=2`
    Indices,
    /// `a=1&a=2`
    Repeat,
    /// `a=1,2`
    Commas,
    /// `a[]=1&a[]=2`
    Brackets,
    /// `a=[1,2]`
    None,
}

impl Arrays {
    /// By the name that machines have for it.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "INDICES" => Some(Self::Indices),
            "REPEAT" => Some(Self::Repeat),
            "COMMAS" => Some(Self::Commas),
            "BRACKETS" => Some(Self::Brackets),
            "NONE" => Some(Self::None),
            _ => None,
        }
    }
}

/// A JSON value as a form.
pub(super) fn encoded(value: &Value, arrays: Arrays) -> String {
    let mut pairs = Vec::new();
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| collect(name, value, arrays, &mut pairs)),
        other => return escape(&text(other)),
    }
    let written = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    written.collect::<Vec<_>>().join("&")
}

fn collect(name: &str, value: &Value, arrays: Arrays, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                collect(&format!("{name}[{member}]"), value, arrays, pairs);
            }
        }
        Value::Array(items) => match arrays {
            Arrays::Commas => pairs.push((name.to_owned(), items.iter().map(text).collect::<Vec<_>>().join(","))),
            Arrays::None => pairs.push((name.to_owned(), value.to_string())),
            Arrays::Indices | Arrays::Repeat | Arrays::Brackets => {
                for (index, item) in items.iter().enumerate() {
                    let name = match arrays {
                        Arrays::Indices => format!("{name}[{index}]"),
                        Arrays::Brackets => format!("{name}[]"),
                        _ => name.to_owned(),
                    };
                    collect(&name, item, arrays, pairs);
                }
            }
        },
        other => pairs.push((name.to_owned(), text(other))),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string().replace("%20", "+")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arrays_are_written_as_asked() {
        let value = json!({ "a": [1, "x y"], "b": { "c": true } });
        for (name, expected) in [
            ("INDICES", "a%5B0%5D=1&a%5B1%5D=x+y&b%5Bc%5D=true"),
            ("REPEAT", "a=1&a=x+y&b%5Bc%5D=true"),
            ("COMMAS", "a=1%2Cx+y&b%5Bc%5D=true"),
            ("BRACKETS", "a%5B%5D=1&a%5B%5D=x+y&b%5Bc%5D=true"),
        ] {
            assert_eq!(encoded(&value, Arrays::named(name).expect("known")), expected);
        }
        assert_eq!(Arrays::named("OTHERS"), None);
    }
}
