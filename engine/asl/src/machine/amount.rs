//! Numbers of a definition that may be fixed, or found in the data.

use std::str::FromStr;

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
        self.number(data, "integer", Value::as_i64)
    }

    /// The number, with or without a fraction.
    pub(crate) fn float(&self, data: &Data<'_>) -> Result<f64, Failure> {
        self.number(data, "float", |value| value.as_f64().filter(|number| number.is_finite()))
    }

    /// The failure of a number that its field does not take: of the expression, where one found it.
    pub(crate) fn refused(&self, message: impl Into<String>) -> Failure {
        match self {
            Self::Expression { field, .. } => {
                Failure::Query { message: message.into(), location: Some((*field).to_owned()), evaluated: true }
            }
            Self::Fixed(_) | Self::Path { .. } => Failure::runtime(message),
        }
    }

    fn number<T: Cast>(&self, data: &Data<'_>, kind: &str, read: impl Fn(&Value) -> Option<T>) -> Result<T, Failure> {
        match self {
            Self::Fixed(number) => Ok(T::cast(*number)),
            Self::Expression { field, expression } => {
                let value = expression.evaluate(field, data)?;
                read(&value).ok_or_else(|| expression.no_number(field, kind, &value))
            }
            Self::Path { field, path } => {
                // AWS reads the text of whatever is there: an integer with a fraction is none, a string of digits is.
                let spelled = data.select(path)?.spelled();
                spelled.parse().ok().filter(T::is_finite).ok_or_else(|| {
                    Failure::runtime(format!(
                        "The {field} field refers to value \"{spelled}\" which is not a valid {kind}: {}",
                        path.text
                    ))
                })
            }
        }
    }
}

trait Cast: FromStr {
    fn cast(number: f64) -> Self;
    fn is_finite(&self) -> bool;
}

impl Cast for i64 {
    fn cast(number: f64) -> Self {
        number as i64
    }

    fn is_finite(&self) -> bool {
        true
    }
}

impl Cast for f64 {
    fn cast(number: f64) -> Self {
        number
    }

    fn is_finite(&self) -> bool {
        Self::is_finite(*self)
    }
}
