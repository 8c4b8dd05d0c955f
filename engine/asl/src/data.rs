//! What expressions of a state are evaluated against.

use std::cell::OnceCell;

use crate::context::Context;
use crate::entropy::Entropy;
use crate::json::Value;
use crate::jsonata::Session;
use crate::path::{Path, Root};
use crate::scope::Scope;

/// What a state's expressions see.
#[derive(Debug)]
pub(crate) struct Data<'a> {
    /// `$` in JSONPath; `$states.input` in JSONata.
    pub(crate) input: &'a Value,
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
    pub(crate) fn new(input: &'a Value, context: &'a Context<'a>, scope: &'a Scope, entropy: &'a Entropy) -> Self {
        Self { input, result: None, error_output: None, context, scope, entropy, session: OnceCell::new() }
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

    /// What a path leads to; the error is the text after `Invalid path '…' : `.
    pub(crate) fn find(&self, path: &Path) -> Result<Value, String> {
        match &path.root {
            Root::Input => path.evaluate(self.input),
            Root::Context => path.evaluate(self.context.value()),
            Root::Variable(name) => match self.scope.get(name) {
                Some(value) => path.evaluate(value),
                None => Err(format!("The variable '{name}' is not defined")),
            },
        }
    }

    /// The document a path is looked up in, for error texts.
    pub(crate) fn document(&self, path: &Path) -> Value {
        match &path.root {
            Root::Input => self.input.clone(),
            Root::Context => self.context.value().clone(),
            Root::Variable(name) => self.scope.get(name).cloned().unwrap_or_default(),
        }
    }
}
