//! Distributed Map: its iterations are executions of their own, which the runtime starts and counts.

use std::sync::Arc;

use crate::data::Data;
use crate::execution::{self, Execution, FrameId, Kind, MapRun, MapRunId};
use crate::failure::Failure;
use crate::history::Details;
use crate::items::{self, DataItem, ReadFailure};
use crate::json::{Payload, Value};
use crate::machine::{Amount, Fields, State};
use crate::path::Path;
use crate::states::item_reader::{Config, ItemReader, check_resource};
use crate::states::{Map, label};
use crate::template::Template;

const WRITER_ACTIONS: &[&str] = &["s3:putObject"];
const EXECUTION_TYPES: &[&str] = &["STANDARD", "EXPRESS"];
/// What an inline Map cannot do. AWS takes the tolerated failures of one, and ignores them.
const DISTRIBUTED_ALONE: [&str; 3] = ["ItemReader", "ItemBatcher", "ResultWriter"];

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

impl Distributed {
    /// `Some(None)` for an inline Map; `None` when there was a problem.
    pub(super) fn read(fields: &Fields<'_>, processor: &Fields<'_>) -> Option<Option<Self>> {
        let config = processor.has("ProcessorConfig").then(|| processor.object("ProcessorConfig")).flatten();
        let mode = match &config {
            Some(config) if config.has("Mode") => config.choice("Mode", &["INLINE", "DISTRIBUTED"])?,
            _ => "INLINE",
        };
        let Some(config) = config.as_ref().filter(|_| mode == "DISTRIBUTED") else {
            refuse_distributed(fields, config.as_ref());
            return Some(None);
        };
        config.require(&["ExecutionType"]);
        let child_kind = match config.has("ExecutionType").then(|| config.choice("ExecutionType", EXECUTION_TYPES)) {
            Some(Some("EXPRESS")) => Kind::Express,
            Some(None) => return None,
            _ => Kind::Standard,
        };
        let label = fields.text("Label").cloned();
        if let Some(label) = &label {
            label::check(fields, label);
        }
        Some(Some(Self {
            child_kind,
            label,
            reader: ItemReader::read(fields),
            batcher: Config::read(fields, "ItemBatcher"),
            writer: writer(fields),
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
        let (items, dataset) = match &self.reader {
            Some(reader) if execution.is_test() => self.test_items(map, reader, execution, frame, &input)?,
            Some(_) => (Vec::new(), None),
            None => {
                let dataset = execution.evaluate(frame, &input, |data| map.dataset(&data))?;
                (items::entries(&dataset), Some(dataset))
            }
        };
        let max_concurrency = execution.evaluate(frame, &input, |data| map.concurrency(&data))?;
        map.inspect(execution, dataset.as_ref(), max_concurrency);
        execution.emit(frame, Details::MapStateStarted { length: items.len() });
        let (count, percentage) =
            execution.evaluate(frame, &input, |data| Ok((self.count(&data)?, self.percentage(&data)?)))?;
        if let Some(count) = count {
            execution.inspect_number("toleratedFailureCount", count);
        }
        if let Some(percentage) = percentage {
            execution.inspect_number("toleratedFailurePercentage", percentage);
        }
        if execution.is_test() {
            let selected = map.inspect_selected(execution, frame, state, &input, &items)?;
            self.inspect_batches(execution, frame, &input, &selected)?;
        }
        if let Some(mocked) = execution.mocked(frame, state, Some((items.len() as u64, count, percentage))) {
            return mocked;
        }
        let items = match &self.reader {
            Some(reader) => execution.evaluate(frame, &input, |data| reader.evaluate(&data))?,
            None => {
                let selected = execution.select_all(frame, map, state, &input, &items)?;
                execution::Items::Given(Arc::new(selected))
            }
        };
        let (batcher, writer) = execution.evaluate(frame, &input, |data| {
            let writer = self.writer.as_ref().map(|writer| writer.evaluate("ResultWriter", &data)).transpose()?;
            Ok((self.batcher(&data)?, writer))
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

    /// The items of a test: what its caller says that the reader reads, or else what the state's input has.
    fn test_items(
        &self,
        map: &Map,
        reader: &ItemReader,
        execution: &Execution,
        frame: FrameId,
        input: &Payload,
    ) -> Result<(Vec<DataItem>, Option<Value>), Failure> {
        let Some(text) = execution.reader_data() else {
            let given = execution.evaluate(frame, input, |data| map.dataset(&data)).ok();
            return Ok((given.as_ref().map(items::entries).unwrap_or_default(), given));
        };
        let config = execution.evaluate(frame, input, |data| reader.config(&data))?;
        let read = items::read_test_items(&config, text);
        let read = Value::array(read.map_err(|failure| Failure::named(ReadFailure::ERROR, failure.cause))?);
        if config.get("ItemsPointer").is_some() {
            execution.inspect("afterItemsPointer", &read);
        }
        Ok((items::entries(&read), Some(read)))
    }

    /// What a test shows of the children's inputs.
    fn inspect_batches(
        &self,
        execution: &Execution,
        frame: FrameId,
        input: &Payload,
        selected: &[Payload],
    ) -> Result<(), Failure> {
        let Some(batcher) = execution.evaluate(frame, input, |data| self.batcher(&data))? else {
            return Ok(());
        };
        let batched = items::batches(selected, Some(&batcher));
        let inputs = batched.iter().map(|batch| batch.input.value().clone()).collect();
        execution.inspect("afterItemBatcher", &Value::array(inputs));
        Ok(())
    }

    fn batcher(&self, data: &Data<'_>) -> Result<Option<Value>, Failure> {
        let Some(batcher) = &self.batcher else {
            return Ok(None);
        };
        let evaluated = batcher.evaluate("ItemBatcher", data)?;
        batcher.check_positive("ItemBatcher", &evaluated)?;
        Ok(Some(evaluated))
    }

    /// Whether the results are written to somewhere.
    pub(crate) fn writes(&self) -> bool {
        self.writer.is_some()
    }

    /// The `InputType` that AWS reads and this engine doesn't.
    pub(crate) fn unread_input(&self) -> Option<&'static str> {
        self.reader.as_ref()?.input_type.filter(|input_type| *input_type == "PARQUET")
    }

    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let parameters = self.reader.as_ref().and_then(|reader| Some(&reader.parameters.as_ref()?.1));
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
            .map_err(|_| amount.refused("ToleratedFailureCount cannot be negative."))
    }

    fn percentage(&self, data: &Data<'_>) -> Result<Option<f64>, Failure> {
        let Some(amount) = &self.tolerated_percentage else {
            return Ok(None);
        };
        let percentage = amount.float(data)?;
        if !(0.0..=100.0).contains(&percentage) {
            return Err(amount.refused("ToleratedFailurePercentage must be between 0 and 100."));
        }
        Ok(Some(percentage))
    }
}

/// Reports what an inline Map cannot have.
fn refuse_distributed(fields: &Fields<'_>, config: Option<&Fields<'_>>) {
    if let Some(config) = config.filter(|config| config.has("Mode") && config.has("ExecutionType")) {
        config.refuse("ExecutionType");
    }
    for field in DISTRIBUTED_ALONE.into_iter().filter(|field| fields.has(field)) {
        let hint = "give the ItemProcessor the ProcessorConfig {\"Mode\": \"DISTRIBUTED\", \"ExecutionType\": …}";
        fields.report(
            "SCHEMA_VALIDATION_FAILED",
            format!("Field '{field}' is not supported"),
            fields.location.clone(),
            Some(hint.to_owned()),
        );
    }
}

fn writer(fields: &Fields<'_>) -> Option<Template> {
    if let Some(writer) = fields.object("ResultWriter") {
        check_resource(&writer, WRITER_ACTIONS);
    }
    fields.template("ResultWriter")
}
