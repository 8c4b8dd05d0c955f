//! The fields of one JSON object of a definition, read with their findings.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::sync::Arc;

use super::{Amount, QueryLanguage, Selection};
use crate::diagnostic::{Diagnostic, Severity};
use crate::json::{Object, Value};
use crate::jsonata::{Expression, Seen};
use crate::path::{self, Path};
use crate::template::{Malformed, Template};

/// The code of most findings.
const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";
/// Numbers that may have a fraction, and whose bounds AWS tells with one.
const FRACTIONAL: [&str; 2] = ["BackoffRate", "ToleratedFailurePercentage"];

/// Collects findings while a definition is read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) diagnostics: RefCell<Vec<Diagnostic>>,
    /// The states' names so far.
    pub(crate) names: RefCell<HashSet<Arc<str>>>,
    /// The labels of distributed Maps so far.
    pub(crate) labels: RefCell<HashSet<Arc<str>>>,
    /// The machine's; what a state declares is for itself and not for the states inside it.
    pub(crate) language: Cell<QueryLanguage>,
}

/// An object of the definition and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) members: &'a Object,
    /// A JSON pointer.
    pub(crate) location: String,
    pub(crate) state: Option<Arc<str>>,
    pub(crate) language: QueryLanguage,
    /// What expressions in `Output` and `Assign` see.
    pub(crate) seen: Seen,
}

impl<'a> Fields<'a> {
    /// Reports a problem of the object itself.
    pub(crate) fn problem(&self, message: impl Into<String>) {
        self.report(SCHEMA, message.into(), self.location.clone(), None);
    }

    /// Reports a problem of one field.
    pub(crate) fn field_problem(&self, field: &str, message: impl Into<String>) {
        self.report(SCHEMA, message.into(), self.at(field), None);
    }

    /// Reports something odd that AWS accepts.
    pub(crate) fn warn(&self, code: &'static str, message: String, location: String) {
        self.reader.diagnostics.borrow_mut().push(Diagnostic {
            severity: Severity::Warning,
            code,
            message,
            location,
            state: self.state.as_ref().map(ToString::to_string),
            hint: None,
        });
    }

    pub(crate) fn report(&self, code: &'static str, message: String, location: String, hint: Option<String>) {
        self.reader.diagnostics.borrow_mut().push(Diagnostic {
            severity: Severity::Error,
            code,
            message,
            location,
            state: self.state.as_ref().map(ToString::to_string),
            hint,
        });
    }

    /// The JSON pointer of a field.
    pub(crate) fn at(&self, field: &str) -> String {
        format!("{}/{field}", self.location.trim_end_matches('/'))
    }

    pub(crate) fn get(&self, field: &str) -> Option<&'a Value> {
        self.members.get(field)
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.members.contains_key(field)
    }

    /// The object in a field, to read on.
    pub(crate) fn object(&self, field: &str) -> Option<Fields<'a>> {
        let value = self.get(field)?;
        self.nested(value, self.at(field))
    }

    /// The objects in an array, to read on.
    pub(crate) fn objects(&self, field: &str) -> Vec<Fields<'a>> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.nested(item, format!("{}[{index}]", self.at(field))))
                .collect(),
            _ => {
                self.field_problem(field, expected("ARRAY"));
                Vec::new()
            }
        }
    }

    pub(crate) fn nested(&self, value: &'a Value, location: String) -> Option<Fields<'a>> {
        match value {
            Value::Object(members) => Some(Fields { members, location, ..self.clone() }),
            _ => {
                let message = expected("OBJECT");
                self.report(SCHEMA, message, location, None);
                None
            }
        }
    }

    /// Reports the required fields that are missing.
    pub(crate) fn require(&self, fields: &[&str]) {
        let missing: Vec<_> = fields.iter().copied().filter(|field| !self.has(field)).collect();
        if !missing.is_empty() {
            self.problem(format!("These fields are required: [{}]", missing.join(", ")));
        }
    }

    pub(crate) fn text(&self, field: &str) -> Option<&'a Arc<str>> {
        match self.get(field)? {
            Value::String(text) => Some(text),
            _ => {
                self.field_problem(field, expected("STRING"));
                None
            }
        }
    }

    /// The texts in an array.
    pub(crate) fn texts(&self, field: &str) -> Vec<Arc<str>> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            self.field_problem(field, expected("ARRAY"));
            return Vec::new();
        };
        let text = |(index, item): (usize, &Value)| {
            let text = item.as_str().map(Arc::from);
            if text.is_none() {
                self.report(SCHEMA, expected("STRING"), format!("{}[{index}]", self.at(field)), None);
            }
            text
        };
        items.iter().enumerate().filter_map(text).collect()
    }

    pub(crate) fn boolean(&self, field: &str) -> Option<bool> {
        match self.get(field)? {
            Value::Bool(value) => Some(*value),
            _ => {
                self.field_problem(field, expected("BOOLEAN"));
                None
            }
        }
    }

    /// A number within bounds; a whole one, but for the few that AWS takes with a fraction.
    pub(crate) fn number(&self, field: &str, minimum: f64, maximum: f64) -> Option<f64> {
        let is_fractional = FRACTIONAL.contains(&field);
        let fits = |number: &f64| is_fractional || number.fract() == 0.0;
        let Some(number) = self.get(field)?.as_f64().filter(fits) else {
            // AWS checks whole numbers, and tells them, in a way of their own.
            let integer = || "Expected value of type Integer".to_owned();
            self.field_problem(field, if is_fractional { expected("NUMBER") } else { integer() });
            return None;
        };
        let (bound, word) = match number {
            _ if (minimum..=maximum).contains(&number) => return Some(number),
            _ if number > maximum => (maximum, "Maximum"),
            _ => (minimum, "Minimum"),
        };
        let bound = if is_fractional { format!("{bound:?}") } else { bound.to_string() };
        self.field_problem(field, format!("{word} value is {bound}"));
        None
    }

    /// A whole number within bounds.
    pub(crate) fn integer(&self, field: &str, minimum: u64, maximum: u64) -> Option<u64> {
        self.number(field, minimum as f64, maximum as f64).map(|number| number as u64)
    }

    /// A number in `field`, by a path in `path_field`, or by an expression in `field`.
    pub(crate) fn amount(
        &self,
        field: &'static str,
        path_field: &'static str,
        (minimum, maximum): (f64, f64),
    ) -> Option<Amount> {
        if self.has(field) && self.has(path_field) {
            self.problem(format!("There should only be one of the following fields: [{field}, {path_field}]"));
        }
        if self.has(path_field) {
            return self.path(path_field).map(|path| Amount::Path { field: path_field, path });
        }
        if let Some(expression) = self.expression(field) {
            return expression.map(|expression| Amount::Expression { field, expression });
        }
        self.number(field, minimum, maximum).map(Amount::Fixed)
    }

    /// The expression in a field, if there is one; `Some(None)` for a wrong one.
    pub(crate) fn expression(&self, field: &str) -> Option<Option<Expression>> {
        if self.language != QueryLanguage::Jsonata {
            return None;
        }
        Some(match Expression::parse(self.get(field)?.as_str()?)? {
            Ok(expression) => {
                for problem in expression.problems(self.seen(field)) {
                    self.report(problem.code, problem.message, self.at(field), None);
                }
                Some(expression)
            }
            Err(problem) => {
                self.report(problem.code, problem.message, self.at(field), None);
                None
            }
        })
    }

    /// The same in an object that is read as a template too, which tells what is wrong with it.
    pub(crate) fn expression_in_template(&self, field: &str) -> Option<Option<Expression>> {
        match self.language {
            QueryLanguage::Jsonata => Some(Expression::parse(self.get(field)?.as_str()?)?.ok()),
            QueryLanguage::JsonPath => None,
        }
    }

    /// What the expressions of a field see.
    fn seen(&self, field: &str) -> Seen {
        if matches!(field, "Output" | "Assign") { self.seen } else { Seen::Nothing }
    }

    /// A path.
    pub(crate) fn path(&self, field: &str) -> Option<Path> {
        let path = path::parse(self.text(field)?);
        if path.is_none() {
            self.field_problem(field, "Value must be a valid JSONPath.");
        }
        path
    }

    /// A path that a rule of a Choice compares.
    pub(crate) fn compared_path(&self, field: &str) -> Option<Path> {
        if !self.text(field)?.starts_with('$') {
            self.field_problem(field, "Value is not a Reference Path: Reference path didn't start with '$'");
            return None;
        }
        self.path(field)
    }

    /// Reports an array without items.
    pub(crate) fn refuse_empty(&self, field: &str) {
        if self.get(field).and_then(Value::as_array).is_some_and(|items| items.is_empty()) {
            self.field_problem(field, "Value cannot be empty");
        }
    }

    /// `InputPath` or `OutputPath`.
    pub(crate) fn selection(&self, field: &str) -> Selection {
        match self.get(field) {
            None => Selection::Whole,
            Some(Value::Null) => Selection::Nothing,
            Some(_) => match self.path(field) {
                Some(path) if path.is_root() && path.root == path::Root::Input => Selection::Whole,
                Some(path) => Selection::Path(path),
                None => Selection::Whole,
            },
        }
    }

    /// A payload template, in the state's query language.
    pub(crate) fn template(&self, field: &str) -> Option<Template> {
        let value = self.get(field)?;
        let mut problems = Vec::new();
        let template = match self.language {
            QueryLanguage::JsonPath => Template::json_path(value, &mut problems),
            QueryLanguage::Jsonata => Template::jsonata(value, self.seen(field), &mut problems),
        };
        for Malformed { pointer, problem } in problems {
            self.report(problem.code, problem.message, format!("{}{pointer}", self.at(field)), None);
        }
        Some(template)
    }

    /// Reports fields that the object may not have.
    pub(crate) fn refuse_unknown(&self, known: &[&[&str]]) {
        for name in self.members.keys() {
            if !known.iter().any(|group| group.contains(&&**name)) {
                self.refuse(name);
            }
        }
    }

    /// Reports a field that the object may not have.
    pub(crate) fn refuse(&self, field: &str) {
        let (declared, other) = (self.language, self.language.other());
        self.problem(match other.owns(field) {
            true => format!(
                "The QueryLanguage is set to '{declared}', but field '{field}' is only supported for the '{other}' QueryLanguage"
            ),
            false => format!("Field '{field}' is not supported"),
        });
    }

    /// A text that has to be one of some.
    pub(crate) fn choice(&self, field: &str, values: &[&'static str]) -> Option<&'static str> {
        let text = self.text(field)?;
        let found = values.iter().copied().find(|value| *value == &**text);
        if found.is_none() {
            self.field_problem(field, format!("Value should be one of the following: [{}]", values.join(", ")));
        }
        found
    }
}

/// What is said of a value of another type.
pub(crate) fn expected(kind: &str) -> String {
    format!("Expected value of type [{kind}]")
}
