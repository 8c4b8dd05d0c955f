//! How data flows through a state: `InputPath` to `OutputPath`, or `Arguments` and `Output`.

use std::sync::Arc;

use super::QueryLanguage;
use crate::data::Data;
use crate::failure::{Failure, names};
use crate::json::{Object, Payload, Value};
use crate::path::{Path, ReferencePath};
use crate::template::Template;

/// The data flow fields of a state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Io {
    pub(crate) language: QueryLanguage,
    pub(crate) input_path: Selection,
    /// `Parameters` or `Arguments`.
    pub(crate) parameters: Option<Template>,
    pub(crate) result_selector: Option<Template>,
    pub(crate) result_path: ResultPath,
    pub(crate) output_path: Selection,
    /// JSONata's `Output`.
    pub(crate) output: Option<Template>,
    pub(crate) assign: Option<Template>,
}

/// `InputPath` and `OutputPath`.
#[derive(Clone, Debug, Default)]
pub(crate) enum Selection {
    #[default]
    Whole,
    /// `null`: an empty object.
    Nothing,
    Path(Path),
}

/// `ResultPath`.
#[derive(Clone, Debug, Default)]
pub(crate) enum ResultPath {
    /// `$`: the result alone.
    #[default]
    Replace,
    /// `null`: the input alone.
    Discard,
    At(ReferencePath),
}

/// Variables that a state assigns when it exits.
pub(crate) type Assigned = Vec<(Arc<str>, Value)>;

impl Selection {
    /// What is selected of `payload`, which is `$` of `data`.
    pub(crate) fn apply(&self, payload: &Payload, data: &Data<'_>) -> Result<Payload, Failure> {
        match self {
            Self::Whole => Ok(payload.clone()),
            Self::Nothing => Ok(Payload::from(Value::object(Object::new()))),
            Self::Path(path) if path.is_input() => Ok(payload.clone()),
            Self::Path(path) => data.select(path).map(Payload::from),
        }
    }
}

impl ResultPath {
    /// The input with the result where it belongs.
    pub(crate) fn apply(&self, input: &Payload, result: Payload) -> Result<Payload, Failure> {
        match self {
            Self::Replace => Ok(result),
            Self::Discard => Ok(input.clone()),
            Self::At(path) => match path.insert(input.value(), result.value().clone()) {
                Some(value) => Ok(Payload::from(value)),
                None => Err(Failure::named(
                    names::RESULT_PATH_MATCH,
                    format!("Unable to apply ReferencePath {} to input {input}", path.text),
                )),
            },
        }
    }
}

impl Io {
    /// `Parameters` or `Arguments` evaluated against `data`; what came in where there are none.
    pub(crate) fn parameters(&self, input: Payload, data: &Data<'_>) -> Result<Payload, Failure> {
        let field = match self.language {
            QueryLanguage::JsonPath => "Parameters",
            QueryLanguage::Jsonata => "Arguments",
        };
        match &self.parameters {
            Some(template) => template.evaluate(field, data).map(Payload::from),
            None => Ok(input),
        }
    }

    /// The variables to assign.
    pub(crate) fn assigned(&self, data: &Data<'_>) -> Result<Assigned, Failure> {
        match &self.assign {
            Some(template) => template.evaluate_members("Assign", data),
            None => Ok(Assigned::new()),
        }
    }

    /// Whether output and variables depend on nothing but the result.
    pub(crate) fn is_plain(&self) -> bool {
        self.result_selector.is_none()
            && self.assign.is_none()
            && self.output.is_none()
            && matches!(self.result_path, ResultPath::Replace)
            && matches!(self.output_path, Selection::Whole)
    }
}
