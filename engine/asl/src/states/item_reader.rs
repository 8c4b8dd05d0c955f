//! `ItemReader`: where a distributed Map reads its items from.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>

use std::sync::Arc;

use crate::data::Data;
use crate::execution;
use crate::failure::Failure;
use crate::json::{Object, Value};
use crate::jsonata::Expression;
use crate::machine::Fields;
use crate::path::Path;
use crate::template::Template;

/// An `ItemReader`.
#[derive(Debug)]
pub(super) struct ItemReader {
    resource: Arc<str>,
    /// The name of the field, and what is in it.
    pub(super) parameters: Option<(String, Template)>,
    pub(super) config: Option<Config>,
    /// The `InputType`, if no expression says it.
    pub(super) input_type: Option<&'static str>,
}

/// An object of the definition with templates in it, and with numbers that paths lead to.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) template: Template,
    /// The number's name and the name of the field that holds the path.
    pub(super) numbers: Vec<(&'static str, &'static str, Path)>,
    /// The numbers that an expression finds.
    expressions: Vec<(&'static str, Expression)>,
}

/// Numbers that may be given by a path.
const NUMBERS: [(&str, &str); 3] = [
    ("MaxItems", "MaxItemsPath"),
    ("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
    ("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
];
const ACTIONS: &[&str] = &["s3:getObject", "s3:listObjectsV2"];
const INPUT_TYPES: &[&str] = &["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"];

impl Config {
    pub(super) fn read(fields: &Fields<'_>, field: &str) -> Option<Self> {
        let template = fields.template(field)?;
        let inner = fields.object(field)?;
        let numbers = NUMBERS
            .into_iter()
            .filter(|(_, path_field)| inner.has(path_field))
            .filter_map(|(name, path_field)| Some((name, path_field, inner.path(path_field)?)))
            .collect();
        let expressions =
            NUMBERS.into_iter().filter_map(|(name, _)| Some((name, inner.expression_in_template(name)??))).collect();
        Some(Self { template, numbers, expressions })
    }

    pub(super) fn evaluate(&self, field: &str, data: &Data<'_>) -> Result<Value, Failure> {
        let value = self.template.evaluate(field, data)?;
        let mut members = value.as_object().map(|members| Object::clone(members)).unwrap_or_default();
        for (name, path_field, path) in &self.numbers {
            let number = data.select(path)?;
            members.shift_remove(*path_field);
            members.insert((*name).into(), number);
        }
        for (name, expression) in &self.expressions {
            if let Some(number) = members.get(*name).filter(|number| number.as_i64().is_none()) {
                return Err(expression.no_number(&format!("{field}/{name}"), "integer", number));
            }
        }
        Ok(Value::object(members))
    }

    /// Fails when the evaluated configuration says that there is to be less than one of something.
    pub(super) fn check_positive(&self, field: &str, evaluated: &Value) -> Result<(), Failure> {
        for (name, _) in NUMBERS {
            if evaluated.get(name).and_then(Value::as_i64).is_none_or(|number| number > 0) {
                continue;
            }
            let message = format!("{name} must be a positive integer.");
            let is_found = self.expressions.iter().any(|(expression, _)| *expression == name);
            return Err(match is_found {
                true => Failure::Query { message, location: Some(format!("{field}/{name}")), evaluated: true },
                false => Failure::runtime(message),
            });
        }
        Ok(())
    }
}

impl ItemReader {
    /// The `ItemReader` of a Map.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let reader = fields.object("ItemReader")?;
        reader.require(&["Resource"]);
        check_resource(&reader, ACTIONS);
        let config = reader.object("ReaderConfig");
        let parameters = ["Parameters", "Arguments"].into_iter().find(|field| reader.has(field));
        Some(Self {
            resource: reader.text("Resource")?.clone(),
            parameters: parameters.and_then(|field| Some((format!("ItemReader/{field}"), reader.template(field)?))),
            config: Config::read(&reader, "ReaderConfig"),
            input_type: config.as_ref().and_then(check_config),
        })
    }

    pub(super) fn evaluate(&self, data: &Data<'_>) -> Result<execution::Items, Failure> {
        let parameters = match &self.parameters {
            Some((field, template)) => template.evaluate(field, data)?,
            None => Value::object(Object::new()),
        };
        let config = self.config(data)?;
        Ok(execution::Items::Reader { resource: self.resource.clone(), parameters, config })
    }

    /// The evaluated `ReaderConfig`.
    pub(super) fn config(&self, data: &Data<'_>) -> Result<Value, Failure> {
        match &self.config {
            Some(config) => config.evaluate("ItemReader/ReaderConfig", data),
            None => Ok(Value::object(Object::new())),
        }
    }
}

/// Reports a `Resource` that is none of these actions.
pub(super) fn check_resource(fields: &Fields<'_>, actions: &[&str]) {
    let Some(arn) = fields.text("Resource") else { return };
    let rest = arn.strip_prefix("arn:").and_then(|rest| rest.split_once(':'));
    let action = rest.and_then(|(_partition, rest)| rest.strip_prefix("states:::"));
    if !action.is_some_and(|action| actions.contains(&action)) {
        fields.report(
            "SCHEMA_VALIDATION_FAILED",
            "The field 'Resource' does not match any of the allowed values".to_owned(),
            fields.at("Resource"),
            Some(format!("use one of {}", actions.join(", "))),
        );
    }
}

/// Reports what a `ReaderConfig` lacks or has too much; answers the `InputType`.
fn check_config(config: &Fields<'_>) -> Option<&'static str> {
    let is_fixed = |field: &str| config.has(field) && config.expression_in_template(field).is_none();
    let input_type = if is_fixed("InputType") { config.choice("InputType", INPUT_TYPES) } else { None };
    match input_type {
        // The files of an Athena manifest have no header row.
        Some("CSV") if !config.has("CSVHeaderLocation") && !config.has("ManifestType") => {
            config.problem("The field 'CSVHeaderLocation' is required");
        }
        Some("JSON") if config.has("CSVHeaderLocation") => config.refuse("CSVHeaderLocation"),
        _ => {}
    }
    if config.get("CSVHeaderLocation").and_then(Value::as_str) == Some("GIVEN") {
        config.require(&["CSVHeaders"]);
    }
    input_type
}
