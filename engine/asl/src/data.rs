//! What expressions of a state are evaluated against.

use std::cell::OnceCell;

use crate::context::Context;
use crate::entropy::Entropy;
use crate::failure::Failure;
use crate::json::{Payload, Value};
use crate::jsonata::Session;
use crate::path::{Nowhere, Path, Root};
use crate::scope::Scope;

/// What a state's expressions see.
#[derive(Debug)]
pub(crate) struct Data<'a> {
    /// `$` in JSONPath; `$states.input` in JSONata.
    pub(crate) input: &'a Value,
    /// The same with its text.
    payload: &'a Payload,
    /// `$states.result`
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`
    pub(crate) error_output: Option<&'a Value>,
    pub(crate) context: &'a Context<'a>,
    pub(crate) scope: &'a Scope,
    pub(crate) entropy: &'a Entropy,
    /// Shared by the JSONata expressions of one evaluation.
    pub(crate) session: OnceCell<Session>,
}

impl<'a> Data<'a> {
    pub(crate) fn new(payload: &'a Payload, context: &'a Context<'a>, scope: &'a Scope, entropy: &'a Entropy) -> Self {
        let session = OnceCell::new();
        Self { input: payload.value(), payload, result: None, error_output: None, context, scope, entropy, session }
    }

    /// The same with a result, for `Output` and `Assign`.
    pub(crate) fn with_result(mut self, result: &'a Value) -> Self {
        self.result = Some(result);
        self
    }

    /// The same with an error output, for `Catch`.
    pub(crate) fn with_error(mut self, error_output: &'a Value) -> Self {
        self.error_output = Some(error_output);
        self
    }

    /// What a path leads to.
    pub(crate) fn find(&self, path: &Path) -> Result<Value, Nowhere> {
        match &path.root {
            Root::Input if matches!(self.input, Value::Null) && !path.is_root() => Err(Nowhere::NoInput),
            Root::Input => path.evaluate(self.input),
            Root::Context => path.evaluate(self.context.value()),
            Root::Variable(name) => match self.scope.get(name) {
                Some(value) => path.evaluate(value),
                None => Err(Nowhere::Absent(format!("The variable '{name}' is not defined"))),
            },
        }
    }

    /// What a path leads to in a template, call or condition: there, one that may lead to several leads to none of them
    /// rather than nowhere.
    pub(crate) fn look_up(&self, path: &Path) -> Result<Value, Nowhere> {
        match self.find(path) {
            Err(Nowhere::Absent(_) | Nowhere::Inapplicable(_)) if !path.is_definite() => Ok(Value::array(Vec::new())),
            found => found,
        }
    }

    /// What a field stands for that holds nothing but the path.
    pub(crate) fn select(&self, path: &Path) -> Result<Value, Failure> {
        match self.find(path) {
            Err(Nowhere::PastEnd(_)) => Ok(Value::Null),
            found => found.map_err(|nowhere| Failure::runtime(nowhere.cause(path.told()))),
        }
    }

    /// The text of the state's input, which errors tell whatever a path starts from.
    pub(crate) fn input_text(&self) -> &str {
        self.payload.text()
    }
}
