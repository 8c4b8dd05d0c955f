//! The context object: `$$` and `$states.context`.

use std::cell::OnceCell;
use std::sync::Arc;

use clock::Timestamp;

use crate::execution::{Kind, Seed};
use crate::json::{Object, Value};

/// What the context object is made of; made only when a state looks at it.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) seed: &'a Seed,
    pub(crate) state: &'a Arc<str>,
    pub(crate) entered_at: Timestamp,
    /// The moment of the step.
    pub(crate) now: Timestamp,
    /// Only executions that were redriven tell it.
    pub(crate) redriven_at: Option<Timestamp>,
    /// For states that can be retried.
    pub(crate) retry_count: Option<u32>,
    /// The iteration of a Map this is in.
    pub(crate) item: Option<CurrentItem<'a>>,
    pub(crate) token: Option<&'a Arc<str>>,
    pub(crate) object: OnceCell<Value>,
}

/// An iteration of a Map.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) index: usize,
    pub(crate) value: Value,
}

/// The item that an iteration is for, and where it is from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CurrentItem<'a> {
    pub(crate) index: usize,
    /// Its name, of a member of an object.
    pub(crate) key: Option<&'a Arc<str>>,
    pub(crate) value: &'a Value,
    /// The URI it was read from; `None` for the state's own input.
    pub(crate) source: Option<&'a Arc<str>>,
}

/// The source of items that were not read from anywhere.
const STATE_DATA: &str = "STATE_DATA";

impl Item {
    pub(crate) fn current(&self) -> CurrentItem<'_> {
        CurrentItem { index: self.index, key: None, value: &self.value, source: None }
    }
}

impl CurrentItem<'_> {
    /// What an iteration starts with that nothing selects from: the item, or the member of an object.
    pub(crate) fn input(&self) -> Value {
        match self.key {
            None => self.value.clone(),
            Some(key) => Value::object(object([("Key", Value::String(key.clone())), ("Value", self.value.clone())])),
        }
    }

    /// A context object with the item in it.
    pub(crate) fn within(&self, context: &Value) -> Value {
        let mut members = context.as_object().map(|members| Object::clone(members)).unwrap_or_default();
        members.insert("Map".into(), self.map());
        Value::object(members)
    }

    fn map(&self) -> Value {
        Value::object(object([("Item", Value::object(self.object()))]))
    }

    fn object(&self) -> Object {
        let mut members = object([("Index", Value::from(self.index))]);
        if let Some(key) = self.key {
            members.insert("Key".into(), Value::String(key.clone()));
        }
        members.insert("Value".into(), self.value.clone());
        members.insert("Source".into(), self.source.cloned().map_or_else(|| Value::from(STATE_DATA), Value::String));
        members
    }
}

impl Context<'_> {
    /// The context object.
    pub(crate) fn value(&self) -> &Value {
        self.object.get_or_init(|| self.build())
    }

    /// The context object that `TestState` shows where none is given.
    pub(crate) fn of_test(seed: &Seed, entered_at: Timestamp, retry_count: Option<u32>) -> Value {
        // Whatever the state's name is.
        let name = Arc::from("StateName");
        let execution = object([
            ("Id", Value::String(seed.execution_arn.clone())),
            ("Input", seed.input.value().clone()),
            ("Name", Value::String(seed.execution_name.clone())),
            ("RoleArn", if seed.role_arn.is_empty() { Value::Null } else { Value::String(seed.role_arn.clone()) }),
            ("StartTime", Value::from(seed.started_at.to_rfc3339_millis())),
        ]);
        let machine = object([
            ("Id", Value::String(seed.state_machine_arn.clone())),
            ("Name", Value::String(seed.state_machine_name.clone())),
        ]);
        Value::object(object([
            ("Execution", Value::object(execution)),
            ("StateMachine", Value::object(machine)),
            ("State", Value::object(state_object(&name, entered_at, retry_count))),
        ]))
    }

    fn build(&self) -> Value {
        let seed = self.seed;
        let mut execution = object([
            ("Id", Value::String(seed.execution_arn.clone())),
            ("Input", seed.input.value().clone()),
            ("StartTime", Value::from(seed.started_at.to_rfc3339_millis())),
            ("Name", Value::String(seed.execution_name.clone())),
            ("RoleArn", Value::String(seed.role_arn.clone())),
        ]);
        // Express executions can't be redriven.
        if seed.kind == Kind::Standard {
            execution.insert("RedriveCount".into(), Value::from(i64::from(seed.redrive_count)));
        }
        if let Some(at) = self.redriven_at {
            execution.insert("RedriveTime".into(), Value::from(at.to_rfc3339_millis()));
        }
        let mut context = object([
            ("Execution", Value::object(execution)),
            (
                "StateMachine",
                Value::object(object([
                    ("Id", Value::String(seed.state_machine_arn.clone())),
                    ("Name", Value::String(seed.state_machine_name.clone())),
                ])),
            ),
        ]);
        let state = state_object(self.state, self.entered_at, self.retry_count);
        context.insert("State".into(), Value::object(state));
        if let Some(item) = self.item {
            context.insert("Map".into(), item.map());
        }
        if let Some(token) = self.token {
            context.insert("Task".into(), Value::object(object([("Token", Value::String(token.clone()))])));
        }
        Value::object(context)
    }
}

fn state_object(name: &Arc<str>, entered_at: Timestamp, retry_count: Option<u32>) -> Object {
    let mut state =
        object([("Name", Value::String(name.clone())), ("EnteredTime", Value::from(entered_at.to_rfc3339_millis()))]);
    if let Some(count) = retry_count {
        state.insert("RetryCount".into(), Value::from(i64::from(count)));
    }
    state
}

/// An object of these members.
pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> Object {
    members.into_iter().map(|(name, value)| (Arc::from(name), value)).collect()
}
