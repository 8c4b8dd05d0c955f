//! Fail: ends its workflow with an error.

use std::sync::Arc;

use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::json::Value;
use crate::jsonata::Expression;
use crate::machine::{Fields, QueryLanguage, State};
use crate::template::Query;

/// A Fail state.
#[derive(Debug)]
pub(crate) struct Fail {
    error: Option<Text>,
    cause: Option<Text>,
}

#[derive(Debug)]
pub(super) enum Text {
    Fixed(Arc<str>),
    Query { field: &'static str, query: Query },
    Expression { field: &'static str, expression: Expression },
}

impl Fail {
    pub(crate) const FIELDS: &[&str] = &["Error", "ErrorPath", "Cause", "CausePath"];

    pub(crate) fn read(fields: &Fields<'_>) -> Self {
        Self { error: text(fields, "Error", "ErrorPath"), cause: text(fields, "Cause", "CausePath") }
    }

    /// Always fails: with what the state says, or because that can't be found.
    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let input = match state.io.language {
            QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
            QueryLanguage::Jsonata => execution.input(frame),
        };
        let (error, cause) = execution.evaluate(frame, &input, |data| {
            let evaluate = |text: &Option<Text>| text.as_ref().map(|text| text.evaluate(&data)).transpose();
            Ok((evaluate(&self.error)?, evaluate(&self.cause)?))
        })?;
        Err(Failure::Named { error, cause, heartbeat: false })
    }

    /// What `Error` and `Cause` are made of.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.error.iter().chain(&self.cause)
    }
}

fn text(fields: &Fields<'_>, field: &'static str, path_field: &'static str) -> Option<Text> {
    if fields.has(field) && fields.has(path_field) {
        fields.problem(format!("There should only be one of the following fields: [{field}, {path_field}]"));
    }
    if fields.has(path_field) {
        let query = Query::parse(fields.text(path_field)?);
        if query.is_none() {
            fields.field_problem(
                path_field,
                format!(
                    "The value for the field '{path_field}' must be a valid JSONPath or a valid intrinsic function call"
                ),
            );
        }
        return query.map(|query| Text::Query { field: path_field, query });
    }
    if let Some(expression) = fields.expression(field) {
        return expression.map(|expression| Text::Expression { field, expression });
    }
    fields.text(field).cloned().map(Text::Fixed)
}

impl Text {
    fn evaluate(&self, data: &crate::data::Data<'_>) -> Result<Arc<str>, Failure> {
        match self {
            Self::Fixed(text) => Ok(text.clone()),
            Self::Expression { field, expression } => match expression.evaluate(field, data)? {
                Value::String(text) => Ok(text),
                other => Err(expression.unexpected(field, "string", &other)),
            },
            Self::Query { field, query } => match query.evaluate(field, data)? {
                Value::String(text) => Ok(text),
                other => Err(Failure::runtime(format!("The {field} field must refer to a string, but was: {other}"))),
            },
        }
    }
}
