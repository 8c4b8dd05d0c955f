//! The expressions of a state, evaluated for the frame that is in it.

use std::cell::OnceCell;

use super::{Execution, Frame, FrameId, MapRunId, MapRunResult};
use crate::context::{Context, CurrentItem, Item};
use crate::data::Data;
use crate::entropy::Entropy;
use crate::failure::{Failure, names};
use crate::items::DataItem;
use crate::json::{Payload, Value};
use crate::machine::{Io, QueryLanguage, Selection, State, Work};
use crate::states::Map;

impl Execution {
    /// The state's input as it came in.
    pub(crate) fn input(&self, frame: FrameId) -> Payload {
        self.frame(frame).input.clone()
    }

    /// Evaluates with `input` as `$`.
    pub(crate) fn evaluate<R>(
        &self,
        frame: FrameId,
        input: &Payload,
        evaluate: impl FnOnce(Data<'_>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        self.evaluate_item(frame, input, self.frame(frame).item.as_ref().map(Item::current), evaluate)
    }

    fn evaluate_item<R>(
        &self,
        frame: FrameId,
        input: &Payload,
        item: Option<CurrentItem<'_>>,
        evaluate: impl FnOnce(Data<'_>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let frame = self.frame(frame);
        let state = &frame.workflow.states[frame.state];
        let context = Context {
            seed: &self.seed,
            state: &state.name,
            entered_at: frame.entered_at,
            now: self.now,
            redriven_at: self.redriven_at,
            retry_count: self.retry_count_of(frame),
            item,
            token: frame.token.as_ref(),
            object: self.context_override(frame, item),
        };
        evaluate(Data::new(input, &context, &frame.scope, &self.entropy))
    }

    /// The context object of a test.
    fn context_override(&self, frame: &Frame, item: Option<CurrentItem<'_>>) -> OnceCell<Value> {
        let Some(testing) = &self.testing else {
            return OnceCell::new();
        };
        let context = match &testing.setup.context {
            Some(context) => context.clone(),
            None => Context::of_test(&self.seed, frame.entered_at, self.retry_count_of(frame)),
        };
        OnceCell::from(item.map(|item| item.within(&context)).unwrap_or(context))
    }

    fn retry_count_of(&self, frame: &Frame) -> Option<u32> {
        frame.workflow.states[frame.state].work.retries().then_some(frame.retry_count)
    }

    /// The input after `InputPath`.
    pub(crate) fn effective_input(&self, frame: FrameId, io: &Io) -> Result<Payload, Failure> {
        let input = &self.frame(frame).input;
        let effective = match &io.input_path {
            Selection::Whole => input.clone(),
            selection => self.evaluate(frame, input, |data| selection.apply(input, &data))?,
        };
        self.inspect("afterInputPath", effective.value());
        Ok(effective)
    }

    /// The input after `InputPath` and `Parameters`, or `Arguments`.
    pub(crate) fn arguments(&self, frame: FrameId, io: &Io) -> Result<Payload, Failure> {
        let input = match io.language {
            QueryLanguage::JsonPath => self.effective_input(frame, io)?,
            QueryLanguage::Jsonata => self.input(frame),
        };
        let arguments = match &io.parameters {
            None => input,
            Some(_) => self.evaluate(frame, &input, |data| io.parameters(input.clone(), &data))?,
        };
        if io.parameters.is_some() && self.is_too_large(&arguments) {
            return Err(Failure::input_limit(&self.state_of(frame).name));
        }
        match io.language {
            QueryLanguage::JsonPath => self.inspect("afterParameters", arguments.value()),
            QueryLanguage::Jsonata if io.parameters.is_some() => self.inspect("afterArguments", arguments.value()),
            QueryLanguage::Jsonata => {}
        }
        Ok(arguments)
    }

    /// What the children of a map run start with, for items that a reader yielded: `ItemSelector` applied to each. Changes
    /// nothing; `entropy` seeds what is random in the selector. The error is how the map run ends then.
    pub fn select_items(&self, run: MapRunId, items: &[DataItem], entropy: u64) -> Result<Vec<Payload>, MapRunResult> {
        let Some(&frame) = self.runs.get(&run) else {
            return Ok(Vec::new());
        };
        let state = self.state_of(frame);
        let Work::Map(map) = &state.work else {
            return Ok(Vec::new());
        };
        let drawn = Self { entropy: Entropy::new(entropy), ..self.clone() };
        let input = drawn.effective_input(frame, &state.io);
        let selected = input.and_then(|input| drawn.select_all(frame, map, state, &input, items));
        selected.map_err(|failure| match failure {
            Failure::Runtime(message) => {
                MapRunResult::Failed { error: names::RUNTIME.to_owned(), cause: Some(message) }
            }
            Failure::Query { message, .. } => {
                MapRunResult::Failed { error: names::QUERY_EVALUATION.to_owned(), cause: Some(message) }
            }
            Failure::Named { error, cause, .. } => MapRunResult::Failed {
                error: error.as_deref().unwrap_or_default().to_owned(),
                cause: cause.as_deref().map(str::to_owned),
            },
        })
    }

    fn state_of(&self, frame: FrameId) -> &State {
        let frame = self.frame(frame);
        &frame.workflow.states[frame.state]
    }

    /// What an iteration starts with.
    pub(crate) fn select_item(
        &self,
        frame: FrameId,
        map: &Map,
        state: &State,
        input: &Payload,
        item: CurrentItem<'_>,
    ) -> Result<Payload, Failure> {
        self.evaluate_item(frame, input, Some(item), |data| map.select(state, item, &data))
    }

    /// What all children of a distributed Map start with, before they are batched.
    pub(crate) fn select_all(
        &self,
        frame: FrameId,
        map: &Map,
        state: &State,
        input: &Payload,
        items: &[DataItem],
    ) -> Result<Vec<Payload>, Failure> {
        let select = |(index, item): (usize, &DataItem)| {
            let (key, source) = (item.key.as_ref(), item.source.as_ref());
            let current = CurrentItem { index, key, value: &item.value, source };
            self.select_item(frame, map, state, input, current)
        };
        items.iter().enumerate().map(select).collect()
    }
}
