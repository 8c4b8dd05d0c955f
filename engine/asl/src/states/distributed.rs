//! Distributed Map: its iterations are executions of their own, which the runtime starts and counts.

use std::sync::Arc;

use crate::data::Data;
use crate::execution::{self, Execution, FrameId, Kind, MapRun, MapRunId};
use crate::failure::Failure;
use crate::history::Details;
use crate::json::{Object, Payload, Value};
use crate::machine::{Amount, Fields, State};
use crate::path::Path;
use crate::states::{Map, label};
use crate::template::Template;

/// What a Map with `"Mode": "DISTRIBUTED"` has besides.
#[derive(Debug)]
pub(crate) struct Distributed {
    child_kind: Kind,
    label: Option<Arc<str>>,
    reader: Option<ItemReader>,
    batcher: Option<Config>,
    writer: Option<Template>,
    pub(super) tolerated_count: Option<Amount>,
    pub(super) tolerated_percentage: Option<Amount>,
}

#[derive(Debug)]
struct ItemReader {
    resource: Arc<str>,
    parameters: Option<Template>,
    config: Option<Config>,
}

/// An object of the definition with templates in it, and with numbers that paths lead to.
#[derive(Debug)]
struct Config {
    template: Template,
    /// The number's name and the name of the field that holds the path.
    numbers: Vec<(&'static str, &'static str, Path)>,
}

/// Numbers that may be given by a path.
const NUMBERS: [(&str, &str); 3] = [
    ("MaxItems", "MaxItemsPath"),
    ("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
    ("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
];

impl Config {
    fn read(fields: &Fields<'_>, field: &str) -> Option<Self> {
        let template = fields.template(field)?;
        let inner = fields.object(field)?;
        let numbers = NUMBERS
            .into_iter()
            .filter(|(_, path_field)| inner.has(path_field))
            .filter_map(|(name, path_field)| Some((name, path_field, inner.path(path_field)?)))
            .collect();
        Some(Self { template, numbers })
    }

    fn evaluate(&self, field: &str, data: &Data<'_>) -> Result<Value, Failure> {
        let value = self.template.evaluate(field, data)?;
        let mut members = value.as_object().map(|members| Object::clone(members)).unwrap_or_default();
        for (name, path_field, path) in &self.numbers {
            let number = data
                .find(path)
                .map_err(|problem| Failure::runtime(format!("Invalid path '{}' : {problem}", path.text)))?;
            members.shift_remove(*path_field);
            members.insert((*name).into(), number);
        }
        Ok(Value::object(members))
    }
}

impl Distributed {
    /// `Some(None)` for an inline Map; `None` when there was a problem.
    pub(super) fn read(fields: &Fields<'_>, processor: &Fields<'_>) -> Option<Option<Self>> {
        let config = processor.has("ProcessorConfig").then(|| processor.object("ProcessorConfig")).flatten();
        let mode = config.as_ref().and_then(|config| config.text("Mode")).map(|mode| &**mode);
        match (mode, &config) {
            (None | Some("INLINE"), _) => return Some(None),
            (Some("DISTRIBUTED"), _) => {}
            (Some(other), Some(config)) => {
                config.field_problem("Mode", format!("Value must be one of [INLINE, DISTRIBUTED], but was '{other}'"));
                return None;
            }
            (Some(_), None) => return None,
        }
        let config = config?;
        config.require(&["ExecutionType"]);
        let child_kind = match config.text("ExecutionType").map(|kind| &**kind) {
            Some("EXPRESS") => Kind::Express,
            Some("STANDARD") | None => Kind::Standard,
            Some(other) => {
                config.field_problem(
                    "ExecutionType",
                    format!("Value must be one of [STANDARD, EXPRESS], but was '{other}'"),
                );
                return None;
            }
        };
        let label = fields.text("Label").cloned();
        if let Some(label) = &label {
            label::check(fields, label);
        }
        Some(Some(Self {
            child_kind,
            label,
            reader: reader(fields),
            batcher: Config::read(fields, "ItemBatcher"),
            writer: fields.template("ResultWriter"),
            tolerated_count: fields.amount(
                "ToleratedFailureCount",
                "ToleratedFailureCountPath",
                (0.0, f64::from(u32::MAX)),
            ),
            tolerated_percentage: fields.amount(
                "ToleratedFailurePercentage",
                "ToleratedFailurePercentagePath",
                (0.0, 100.0),
            ),
        }))
    }

    pub(super) fn begin(
        &self,
        map: &Map,
        execution: &mut Execution,
        frame: FrameId,
        state: &State,
        input: Payload,
    ) -> Result<(), Failure> {
        let (items, max_concurrency) = execution.evaluate(frame, input.value(), |data| {
            let items = match &self.reader {
                Some(_) => Arc::default(),
                None => map.items(&data)?,
            };
            Ok((items, map.concurrency(&data)?))
        })?;
        map.inspect(execution, &items, max_concurrency);
        execution.emit(frame, Details::MapStateStarted { length: items.len() });
        let (count, percentage) =
            execution.evaluate(frame, input.value(), |data| Ok((self.count(&data)?, self.percentage(&data)?)))?;
        if let Some(count) = count {
            execution.inspect_number("toleratedFailureCount", count);
        }
        if let Some(percentage) = percentage {
            execution.inspect_number("toleratedFailurePercentage", percentage);
        }
        if let Some(mocked) = execution.mocked(frame, state, Some((items.len() as u64, count, percentage))) {
            return mocked;
        }
        let items = match &self.reader {
            Some(reader) => execution.evaluate(frame, input.value(), |data| reader.evaluate(&data))?,
            None => {
                let selected: Result<Vec<_>, Failure> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| execution.select_item(frame, map, state, input.value(), index, item))
                    .collect();
                execution::Items::Given(Arc::new(selected?))
            }
        };
        let (batcher, writer) = execution.evaluate(frame, input.value(), |data| {
            let batcher = self.batcher.as_ref().map(|batcher| batcher.evaluate("ItemBatcher", &data)).transpose()?;
            let writer = self.writer.as_ref().map(|writer| writer.evaluate("ResultWriter", &data)).transpose()?;
            Ok((batcher, writer))
        })?;
        let arn = execution.map_run_arn(self.label.as_deref());
        let run = MapRun {
            id: MapRunId(0),
            state: state.name.clone(),
            location: state.location.clone(),
            arn,
            items,
            child_kind: self.child_kind,
            max_concurrency,
            tolerated_failure_count: count,
            tolerated_failure_percentage: percentage,
            batcher,
            writer,
            redrive_count: 0,
        };
        execution.start_map_run(frame, run);
        Ok(())
    }

    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let parameters = self.reader.as_ref().and_then(|reader| reader.parameters.as_ref());
        self.configs().map(|config| &config.template).chain(&self.writer).chain(parameters)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.configs().flat_map(|config| config.numbers.iter().map(|(_, _, path)| path))
    }

    fn configs(&self) -> impl Iterator<Item = &Config> {
        self.batcher.iter().chain(self.reader.as_ref().and_then(|reader| reader.config.as_ref()))
    }

    fn count(&self, data: &Data<'_>) -> Result<Option<u64>, Failure> {
        let Some(amount) = &self.tolerated_count else {
            return Ok(None);
        };
        u64::try_from(amount.integer(data)?)
            .map(Some)
            .map_err(|_| Failure::runtime("ToleratedFailureCount cannot be negative."))
    }

    fn percentage(&self, data: &Data<'_>) -> Result<Option<f64>, Failure> {
        let Some(amount) = &self.tolerated_percentage else {
            return Ok(None);
        };
        let percentage = amount.float(data)?;
        if !(0.0..=100.0).contains(&percentage) {
            return Err(Failure::runtime("ToleratedFailurePercentage must be between 0 and 100."));
        }
        Ok(Some(percentage))
    }
}

fn reader(fields: &Fields<'_>) -> Option<ItemReader> {
    if !fields.has("ItemReader") {
        return None;
    }
    let reader = fields.object("ItemReader")?;
    reader.require(&["Resource"]);
    let parameters = ["Parameters", "Arguments"].into_iter().find(|field| reader.has(field));
    Some(ItemReader {
        resource: reader.text("Resource")?.clone(),
        parameters: parameters.and_then(|field| reader.template(field)),
        config: Config::read(&reader, "ReaderConfig"),
    })
}

impl ItemReader {
    fn evaluate(&self, data: &Data<'_>) -> Result<execution::Items, Failure> {
        let parameters = match &self.parameters {
            Some(template) => template.evaluate("Parameters", data)?,
            None => Value::object(Object::new()),
        };
        let config = match &self.config {
            Some(config) => config.evaluate("ReaderConfig", data)?,
            None => Value::object(Object::new()),
        };
        Ok(execution::Items::Reader { resource: self.resource.clone(), parameters, config })
    }
}
