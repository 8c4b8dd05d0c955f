//! JSONata as Step Functions has it: `{% … %}` expressions, `$states`, the additional functions.

mod convert;
mod dialect;
mod functions;
mod names;
mod ranges;
mod references;
mod session;
mod texts;
mod tree;

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::Evaluator;
use jsonata_core::value::JValue;

pub(crate) use session::Session;

use crate::data::Data;
use crate::failure::Failure;
use crate::json::Value;
use names::Mentions;
use references::References;

/// Longer expressions are refused.
const MAX_LENGTH: usize = 64 * 1024;

/// A parsed expression.
#[derive(Clone)]
pub(crate) struct Expression {
    /// Between the delimiters, trimmed.
    pub(crate) text: Arc<str>,
    ast: Arc<AstNode>,
    mentions: Arc<Mentions>,
    references: Arc<References>,
    has_ranges: bool,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{{% {} %}}", self.text)
    }
}

/// What speaks against an expression of a definition.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// AWS's code.
    pub(crate) code: &'static str,
    /// AWS's words.
    pub(crate) message: String,
}

/// What `$states` has in an expression besides the input and the context object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing.
    #[default]
    Nothing,
    /// `$states.result`: where a state that does something says what comes of it.
    Result,
    /// `$states.errorOutput`: in a catcher.
    ErrorOutput,
}

impl Expression {
    /// Reads a string of a definition: `None` when it is no expression, the problem when it is a wrong one.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, Problem>> {
        let inner = text.strip_prefix("{%")?.strip_suffix("%}")?.trim();
        Some(Self::of(inner).map_err(|message| Problem { code: "INVALID_JSONATA_EXPRESSION", message }))
    }

    fn of(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("The JSONata expression is longer than {MAX_LENGTH} bytes"));
        }
        let mut ast = jsonata_core::parser::parse(text).map_err(|error| texts::unparsable(&error.to_string()))?;
        let (mentions, references) = (Mentions::of(text), References::of(&ast));
        let has_ranges = ranges::tame(&mut ast);
        let (ast, mentions, references) = (Arc::new(ast), Arc::new(mentions), Arc::new(references));
        Ok(Self { text: text.into(), ast, mentions, references, has_ranges })
    }

    /// The machine's variables that it refers to.
    pub(crate) fn references(&self) -> impl Iterator<Item = &str> {
        self.references.variables.iter().map(String::as_str)
    }

    /// What it refers to and must not, where `$states` has `seen`.
    pub(crate) fn problems(&self, seen: Seen) -> impl Iterator<Item = Problem> {
        let member = match seen {
            Seen::Nothing => None,
            Seen::Result => Some("result"),
            Seen::ErrorOutput => Some("errorOutput"),
        };
        let objections = self.references.objections(member);
        objections.into_iter().map(|message| Problem { code: "UNSUPPORTED_JSONATA_EXPRESSION", message })
    }

    /// The expression's value; `field` is told when there is none.
    pub(crate) fn evaluate(&self, field: &str, data: &Data<'_>) -> Result<Value, Failure> {
        let session = data.session.get_or_init(Session::default);
        let mut evaluator = self.evaluator(session, data);
        match evaluator.evaluate(&self.ast, &JValue::Undefined) {
            Ok(result) => match convert::to_value(&result) {
                Some(value) => Ok(value),
                None if result.is_undefined() => Err(self.failure(field, "returned nothing (undefined).")),
                None => Err(self.failure(field, "returned an unsupported result type.")),
            },
            Err(error) => {
                let mut evaluate = |node: &AstNode| {
                    let mut evaluator = self.evaluator(session, data);
                    evaluator.evaluate(node, &JValue::Undefined).map_err(|error| error.message().to_owned())
                };
                let ending = texts::ending(error.message(), &self.ast, &mut evaluate);
                Err(self.failure(field, &format!("threw an error during evaluation{ending}")))
            }
        }
    }

    fn evaluator(&self, session: &Session, data: &Data<'_>) -> Evaluator {
        let mut evaluator = session.evaluator(&self.mentions, data);
        if self.has_ranges {
            let registered = evaluator.register_fn(ranges::BOUND, |arguments: &[JValue]| ranges::bound(arguments));
            debug_assert!(registered.is_ok(), "no function of the library has that name");
        }
        evaluator
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

    /// A failure because the expression's result is no number of that kind.
    pub(crate) fn no_number(&self, field: &str, kind: &str, value: &Value) -> Failure {
        let expected = if matches!(value, Value::Number(_)) { kind } else { "number" };
        self.unexpected(field, expected, value)
    }

    fn failure(&self, field: &str, problem: &str) -> Failure {
        Failure::Query {
            message: format!("The JSONata expression '{}' specified for the field '{field}' {problem}", self.text),
            location: Some(field.to_owned()),
            evaluated: false,
        }
    }
}
