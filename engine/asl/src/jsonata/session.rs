//! What the expressions of one evaluation share: the converted members of `$states`.

use std::cell::OnceCell;

use indexmap::IndexMap;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorOptions};
use jsonata_core::value::JValue;

use super::convert::from_value;
use super::functions;
use super::names::Mentions;
use crate::data::Data;

/// Bounds that an honest expression never meets. The time is a safety net against hostile ones.
const TIMEOUT_MILLISECONDS: u64 = 5_000;
const MAX_STACK_DEPTH: usize = 2_000;
/// What AWS's bound on memory lets a sequence of numbers have.
const MAX_SEQUENCE_LENGTH: usize = 873_782;

/// Converted values, made when the first expression asks.
#[derive(Debug, Default)]
pub(crate) struct Session {
    input: OnceCell<JValue>,
    context: OnceCell<JValue>,
    result: OnceCell<JValue>,
    error_output: OnceCell<JValue>,
}

impl Session {
    /// An evaluator that knows what the expression mentions.
    pub(super) fn evaluator(&self, mentions: &Mentions, data: &Data<'_>) -> Evaluator {
        let mut context = Context::new();
        if mentions.variable("states") {
            context.bind("states".to_owned(), self.states(mentions, data));
        }
        for name in mentions.variables().filter(|name| *name != "states") {
            if let Some(value) = data.scope.get(name) {
                context.bind(name.to_owned(), from_value(value));
            }
        }
        let options = EvaluatorOptions {
            timeout_ms: Some(TIMEOUT_MILLISECONDS),
            max_stack_depth: Some(MAX_STACK_DEPTH),
            max_sequence_length: Some(MAX_SEQUENCE_LENGTH),
            ..EvaluatorOptions::default()
        };
        let mut evaluator = Evaluator::with_options(context, options);
        functions::register(&mut evaluator, mentions, data);
        evaluator
    }

    fn states(&self, mentions: &Mentions, data: &Data<'_>) -> JValue {
        let mut states = IndexMap::new();
        if mentions.member("input") {
            states.insert("input".to_owned(), self.input.get_or_init(|| from_value(data.input)).clone());
        }
        if let Some(result) = data.result.filter(|_| mentions.member("result")) {
            states.insert("result".to_owned(), self.result.get_or_init(|| from_value(result)).clone());
        }
        if let Some(error) = data.error_output.filter(|_| mentions.member("errorOutput")) {
            states.insert("errorOutput".to_owned(), self.error_output.get_or_init(|| from_value(error)).clone());
        }
        if mentions.member("context") {
            states.insert("context".to_owned(), self.context.get_or_init(|| from_value(data.context.value())).clone());
        }
        JValue::object(states)
    }
}
