//! Numbers of a definition that may be fixed, or found in the data.

use crate::data::Data;
use crate::failure::Failure;
use crate::json::Value;
use crate::jsonata::Expression;
use crate::path::Path;

/// A number: `Seconds`, `SecondsPath` or `"Seconds": "{% … %}"`.
#[derive(Clone, Debug)]
pub(crate) enum Amount {
    Fixed(f64),
    /// The name of the field ends in `Path`.
    Path {
        field: &'static str,
        path: Path,
    },
    Expression {
        field: &'static str,
        expression: Expression,
    },
}

impl Amount {
    /// The number, which must be an integer.
    pub(crate) fn integer(&self, data: &Data<'_>) -> Result<i64, Failure> {
        self.number(data, "integer", |value| match value {
            Value::Number(_) => value.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
    }

    /// The number, with or without a fraction.
    pub(crate) fn float(&self, data: &Data<'_>) -> Result<f64, Failure> {
        self.number(data, "float", |value| match value {
            Value::Number(_) => value.as_f64(),
            Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        })
    }

    fn number<T: Cast>(&self, data: &Data<'_>, kind: &str, read: impl Fn(&Value) -> Option<T>) -> Result<T, Failure> {
        match self {
            Self::Fixed(number) => Ok(T::cast(*number)),
            Self::Expression { field, expression } => {
                let value = expression.evaluate(field, data)?;
                match value {
                    Value::Number(_) => read(&value).ok_or_else(|| expression.unexpected(field, kind, &value)),
                    _ => Err(expression.unexpected(field, "number", &value)),
                }
            }
            Self::Path { field, path } => {
                let value = data
                    .find(path)
                    .map_err(|problem| Failure::runtime(format!("Invalid path '{}' : {problem}", path.text)))?;
                read(&value).ok_or_else(|| {
                    let spelled = value.as_str().map_or_else(|| value.to_text(), str::to_owned);
                    Failure::runtime(format!(
                        "The {field} field refers to value \"{spelled}\" which is not a valid {kind}: {}",
                        path.text
                    ))
                })
            }
        }
    }
}

trait Cast {
    fn cast(number: f64) -> Self;
}

impl Cast for i64 {
    fn cast(number: f64) -> Self {
        number as i64
    }
}

impl Cast for f64 {
    fn cast(number: f64) -> Self {
        number
    }
}
