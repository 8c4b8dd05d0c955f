//! JSONata as Step Functions has it: `{% … %}` expressions, `$states`, the additional functions.

mod convert;
mod functions;
mod names;
mod session;

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::value::JValue;

pub(crate) use session::Session;

use crate::data::Data;
use crate::failure::Failure;
use crate::json::Value;
use names::Mentions;

/// Longer expressions are refused.
const MAX_LENGTH: usize = 64 * 1024;

/// A parsed expression.
#[derive(Clone)]
pub(crate) struct Expression {
    /// Between the delimiters, trimmed.
    pub(crate) text: Arc<str>,
    ast: Arc<AstNode>,
    mentions: Arc<Mentions>,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{{% {} %}}", self.text)
    }
}

/// The reference implementation puts the operator that an error is about into quotes; the library doesn't.
fn quote_operator(message: &str) -> String {
    let quoted = message.split_once(" side of the ").and_then(|(before, rest)| {
        let (operator, after) = rest.split_once(" operator")?;
        let bare = !operator.is_empty() && !operator.contains(['"', ' ']);
        bare.then(|| format!("{before} side of the \"{operator}\" operator{after}"))
    });
    quoted.unwrap_or_else(|| message.to_owned())
}

impl Expression {
    /// Reads a string of a definition: `None` when it is no expression, the problem when it is a wrong one.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, String>> {
        let inner = text.strip_prefix("{%")?.strip_suffix("%}")?.trim();
        Some(Self::of(inner))
    }

    fn of(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("The JSONata expression is longer than {MAX_LENGTH} bytes"));
        }
        let ast = jsonata_core::parser::parse(text)
            .map_err(|error| format!("The JSONata expression '{text}' is not valid: {error}"))?;
        let mentions = Mentions::of(text);
        if mentions.variable("eval") {
            return Err(format!("The JSONata expression '{text}' uses the function $eval, which is not supported"));
        }
        Ok(Self { text: text.into(), ast: Arc::new(ast), mentions: Arc::new(mentions) })
    }

    /// The machine's variables that it refers to.
    pub(crate) fn references(&self) -> impl Iterator<Item = &str> {
        self.mentions.references()
    }

    /// The expression's value; `field` is told when there is none.
    pub(crate) fn evaluate(&self, field: &str, data: &Data<'_>) -> Result<Value, Failure> {
        let session = data.session.get_or_init(Session::default);
        let mut evaluator = session.evaluator(&self.mentions, data);
        match evaluator.evaluate(&self.ast, &JValue::Undefined) {
            Ok(result) => match convert::to_value(&result) {
                Some(value) => Ok(value),
                None if result.is_undefined() => Err(self.failure(field, "returned nothing (undefined).")),
                None => Err(self.failure(field, "returned an unsupported result type.")),
            },
            Err(error) => {
                let problem = quote_operator(error.message());
                Err(self.failure(field, &format!("threw an error during evaluation. {problem}")))
            }
        }
    }

    /// A failure that says what the expression's result is instead of `expected`.
    pub(crate) fn unexpected(&self, field: &str, expected: &str, value: &Value) -> Failure {
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        self.failure(
            field,
            &format!("returned an unexpected result type. Expected '{expected}', but was '{found}' for value: {value}"),
        )
    }

    fn failure(&self, field: &str, problem: &str) -> Failure {
        Failure::Query {
            message: format!("The JSONata expression '{}' specified for the field '{field}' {problem}", self.text),
            location: Some(field.to_owned()),
            evaluated: false,
        }
    }
}
