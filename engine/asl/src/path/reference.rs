//! Reference paths: those that name one place to write a result to.

use std::sync::Arc;

use super::{Path, Root, Selector, parse};
use crate::json::{Object, Value};

/// A path of names and indexes only.
#[derive(Clone, Debug)]
pub(crate) struct ReferencePath {
    pub(crate) text: Arc<str>,
    steps: Arc<[Step]>,
}

#[derive(Clone, Debug)]
enum Step {
    Name(Arc<str>),
    Index(usize),
}

impl ReferencePath {
    /// Parses a reference path; `None` when the text is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Path { text, root: Root::Input, selectors } = parse(text)? else {
            return None;
        };
        let steps: Option<Arc<[Step]>> = selectors
            .iter()
            .map(|selector| match selector {
                Selector::Name(name) => Some(Step::Name(name.clone())),
                Selector::Index(index) => usize::try_from(*index).ok().map(Step::Index),
                _ => None,
            })
            .collect();
        Some(Self { text, steps: steps? })
    }

    /// Whether it is `$`: the result replaces the input.
    pub(crate) fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// The input with `result` written at the path; `None` when a step leads through a value of the wrong type. Only what
    /// lies on the way is copied.
    pub(crate) fn insert(&self, input: &Value, result: Value) -> Option<Value> {
        insert(&self.steps, Some(input), result)
    }
}

fn insert(steps: &[Step], target: Option<&Value>, result: Value) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(result);
    };
    match (step, target) {
        (Step::Name(name), Some(Value::Object(members))) => {
            let inner = insert(rest, members.get(name), result)?;
            let mut members = Object::clone(members);
            members.insert(name.clone(), inner);
            Some(Value::object(members))
        }
        (Step::Name(name), None) => {
            let inner = insert(rest, None, result)?;
            Some(Value::object(Object::from_iter([(name.clone(), inner)])))
        }
        (Step::Index(index), Some(Value::Array(items))) => {
            let inner = insert(rest, Some(items.get(*index)?), result)?;
            let mut items = Vec::clone(items);
            items[*index] = inner;
            Some(Value::array(items))
        }
        _ => None,
    }
}
