//! Map: runs its processor for each item.

use std::sync::Arc;

use crate::context::CurrentItem;
use crate::data::Data;
use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::history::Details;
use crate::items::{self, DataItem};
use crate::json::{Payload, Value};
use crate::jsonata::Expression;
use crate::machine::{Amount, Fields, QueryLanguage, State, Workflow, workflow};
use crate::path::Path;
use crate::states::Distributed;
use crate::template::Template;

/// As many iterations of an inline Map run at once at most.
const MAX_INLINE_CONCURRENCY: usize = 40;

/// A Map state.
#[derive(Debug)]
pub(crate) struct Map {
    language: QueryLanguage,
    /// `ItemProcessor`, or `Iterator` as it was once.
    pub(crate) field: &'static str,
    pub(crate) processor: Arc<Workflow>,
    pub(super) items: Items,
    pub(super) selector: Option<Template>,
    pub(super) max_concurrency: Option<Amount>,
    /// `None` for an inline Map.
    pub(crate) distributed: Option<Distributed>,
}

/// Where the items come from.
#[derive(Debug)]
pub(super) enum Items {
    /// The whole input.
    Input,
    Path(Path),
    Expression(Expression),
    Template(Template),
}

impl Map {
    pub(crate) const FIELDS: &[&str] = &[
        "ItemProcessor",
        "Iterator",
        "Items",
        "ItemsPath",
        "ItemSelector",
        "MaxConcurrency",
        "MaxConcurrencyPath",
        "ItemReader",
        "ItemBatcher",
        "ResultWriter",
        "Label",
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
    ];

    pub(crate) fn read(fields: &Fields<'_>, nesting: usize) -> Option<Self> {
        let field = if fields.has("Iterator") { "Iterator" } else { "ItemProcessor" };
        let found = match (fields.has("Iterator"), fields.has("ItemProcessor")) {
            (true, true) => Some("There should only be"),
            (false, false) => Some("This object should have only"),
            _ => None,
        };
        if let Some(found) = found {
            fields.problem(format!("{found} one of the following fields: [ItemProcessor, Iterator]"));
        }
        let processor_fields = fields.object(field)?;
        let processor = workflow(&processor_fields, nesting + 1);
        let distributed = Distributed::read(fields, &processor_fields);
        let items = match fields.language {
            QueryLanguage::JsonPath => match fields.has("ItemsPath") {
                true => fields.path("ItemsPath").map_or(Items::Input, Items::Path),
                false => Items::Input,
            },
            QueryLanguage::Jsonata => match fields.expression("Items") {
                Some(expression) => expression.map_or(Items::Input, Items::Expression),
                None => fields.template("Items").map_or(Items::Input, Items::Template),
            },
        };
        let max_concurrency = fields.amount("MaxConcurrency", "MaxConcurrencyPath", (0.0, f64::from(u32::MAX)));
        let selector = fields.template("ItemSelector");
        Some(Self {
            language: fields.language,
            field,
            processor: processor?,
            items,
            selector,
            max_concurrency,
            distributed: distributed?,
        })
    }

    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let input = match state.io.language {
            QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
            QueryLanguage::Jsonata => execution.input(frame),
        };
        if let Some(distributed) = &self.distributed {
            return distributed.begin(self, execution, frame, state, input);
        }
        let (items, concurrency) = execution.evaluate(frame, &input, |data| {
            let items = self.items(&data)?;
            Ok((items, self.concurrency(&data)?))
        })?;
        if execution.is_test() {
            let given = Value::Array(items.clone());
            self.inspect(execution, Some(&given), concurrency);
            self.inspect_selected(execution, frame, state, &input, &items::entries(&given))?;
        }
        if let Some(mocked) = execution.mocked(frame, state, Some((items.len() as u64, None, None))) {
            return mocked;
        }
        execution.emit(frame, Details::MapStateStarted { length: items.len() });
        let concurrency = match usize::try_from(concurrency) {
            Ok(0) | Err(_) => MAX_INLINE_CONCURRENCY,
            Ok(limit) => limit.min(MAX_INLINE_CONCURRENCY),
        };
        execution.start_iterations(frame, state, input, items, concurrency)
    }

    /// Notes what a test shows of the items and how many run at once.
    pub(super) fn inspect(&self, execution: &Execution, items: Option<&Value>, concurrency: u64) {
        if let Some(items) = items.filter(|_| !self.jsonata()) {
            execution.inspect("afterItemsPath", items);
        }
        execution.inspect_number("maxConcurrency", concurrency);
    }

    /// What the iterations of a tested Map would start with; shown if the Map has an `ItemSelector`.
    pub(super) fn inspect_selected(
        &self,
        execution: &Execution,
        frame: FrameId,
        state: &State,
        input: &Payload,
        items: &[DataItem],
    ) -> Result<Vec<Payload>, Failure> {
        let selected = execution.select_all(frame, self, state, input, items)?;
        if self.selector.is_some() {
            let shown = selected.iter().map(|input| input.value().clone()).collect();
            execution.inspect("afterItemSelector", &Value::array(shown));
        }
        Ok(selected)
    }

    /// The items to map over.
    pub(super) fn items(&self, data: &Data<'_>) -> Result<Arc<Vec<Value>>, Failure> {
        match self.find(data)? {
            Value::Array(items) => Ok(items),
            other => Err(self.not_iterable(&other)),
        }
    }

    /// The array, or the object, whose items or members a distributed Map maps over.
    pub(super) fn dataset(&self, data: &Data<'_>) -> Result<Value, Failure> {
        match self.find(data)? {
            found @ (Value::Array(_) | Value::Object(_)) => Ok(found),
            other => Err(self.not_iterable(&other)),
        }
    }

    fn find(&self, data: &Data<'_>) -> Result<Value, Failure> {
        match &self.items {
            Items::Input => Ok(data.input.clone()),
            Items::Path(path) => data.select(path),
            Items::Expression(expression) => expression.evaluate("Items", data),
            Items::Template(template) => template.evaluate("Items", data),
        }
    }

    fn not_iterable(&self, found: &Value) -> Failure {
        let of_jsonata = |location: Option<&str>| Failure::Query {
            message: format!("Map state input must be an array but was: {found}"),
            location: location.map(str::to_owned),
            evaluated: false,
        };
        match &self.items {
            Items::Input if self.jsonata() => of_jsonata(None),
            Items::Input => must_be_array("$"),
            Items::Path(path) => must_be_array(path.told()),
            Items::Expression(expression) => expression.unexpected("Items", "array", found),
            Items::Template(_) => of_jsonata(Some("Items")),
        }
    }

    fn jsonata(&self) -> bool {
        self.language == QueryLanguage::Jsonata
    }

    /// How many iterations may run at once; 0 for as many as may be.
    pub(super) fn concurrency(&self, data: &Data<'_>) -> Result<u64, Failure> {
        match &self.max_concurrency {
            None => Ok(0),
            Some(amount) => {
                u64::try_from(amount.integer(data)?).map_err(|_| amount.refused("MaxConcurrency cannot be negative."))
            }
        }
    }

    /// What an iteration starts with; `data` knows the item through its context object.
    pub(crate) fn select(&self, state: &State, item: CurrentItem<'_>, data: &Data<'_>) -> Result<Payload, Failure> {
        let (field, template) = match (&self.selector, &state.io.parameters) {
            (Some(template), _) => ("ItemSelector", template),
            // The legacy `Parameters` of a Map is its `ItemSelector`.
            (None, Some(template)) if state.io.language == QueryLanguage::JsonPath => ("Parameters", template),
            _ => return Ok(Payload::from(item.input())),
        };
        template.evaluate(field, data).map(Payload::from)
    }
}

fn must_be_array(path: &str) -> Failure {
    Failure::runtime(format!("Reference path \"{path}\" must point to array."))
}
