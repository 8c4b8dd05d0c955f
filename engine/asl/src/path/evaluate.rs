//! Paths applied to values.

use super::{Function, Path, Selector};
use crate::json::Value;

impl Path {
    /// The value the path leads to; for a path that may lead to several, the array of them. The error is Jayway's text.
    pub(crate) fn evaluate(&self, root: &Value) -> Result<Value, String> {
        if self.is_definite() {
            return self.definite(root);
        }
        match select(&self.selectors, root, root) {
            Some(values) => Ok(Value::array(values)),
            None => Err(format!("The path leads to more than {MAX_VALUES} values")),
        }
    }

    fn definite(&self, root: &Value) -> Result<Value, String> {
        let mut value = root.clone();
        for (position, selector) in self.selectors.iter().enumerate() {
            let last = position + 1 == self.selectors.len();
            value = match step(selector, &value) {
                Some(next) => next,
                None => return Err(self.missing(position, last, &value)),
            };
        }
        Ok(value)
    }

    fn missing(&self, position: usize, last: bool, parent: &Value) -> String {
        let mut place = String::from("$");
        for selector in &self.selectors[..=position] {
            match selector {
                Selector::Name(name) => place.push_str(&format!("['{name}']")),
                Selector::Index(index) => place.push_str(&format!("[{index}]")),
                _ => {}
            }
        }
        match (&self.selectors[position], parent) {
            (Selector::Index(index), Value::Array(items)) => {
                format!("Index out of bounds when evaluating path {place} (index {index}, length {})", items.len())
            }
            _ if last => format!("No results for path: {place}"),
            _ => format!("Missing property in path {place}"),
        }
    }
}

/// One step of a definite path.
fn step(selector: &Selector, value: &Value) -> Option<Value> {
    match selector {
        Selector::Name(name) => value.get(name).cloned(),
        Selector::Index(index) => at(value.as_array()?, *index).cloned(),
        Selector::Function(function) => apply(*function, value),
        _ => None,
    }
}

fn at(items: &[Value], index: i64) -> Option<&Value> {
    let length = i64::try_from(items.len()).ok()?;
    let index = if index < 0 { length.checked_add(index)? } else { index };
    items.get(usize::try_from(index).ok()?)
}

fn apply(function: Function, value: &Value) -> Option<Value> {
    if function == Function::Length {
        return Some(Value::from(match value {
            Value::Array(items) => items.len(),
            Value::Object(members) => members.len(),
            Value::String(text) => text.chars().count(),
            _ => return None,
        }));
    }
    let numbers: Vec<f64> = value.as_array()?.iter().filter_map(Value::as_f64).collect();
    if numbers.is_empty() {
        return None;
    }
    let sum: f64 = numbers.iter().sum();
    Some(Value::from(match function {
        Function::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        Function::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Function::Average => sum / numbers.len() as f64,
        Function::Sum | Function::Length => sum,
    }))
}

/// More values than a payload can hold, which only repeated `..` find.
const MAX_VALUES: usize = 1_000_000;

/// All values that `selectors` lead to from `start`; `None` when they are too many.
pub(super) fn select(selectors: &[Selector], start: &Value, document: &Value) -> Option<Vec<Value>> {
    let mut values = vec![start.clone()];
    for selector in selectors {
        let mut next = Vec::new();
        for value in &values {
            visit(selector, value, document, &mut next);
            if next.len() > MAX_VALUES {
                return None;
            }
        }
        values = next;
    }
    Some(values)
}

fn visit(selector: &Selector, value: &Value, document: &Value, found: &mut Vec<Value>) {
    match selector {
        Selector::Name(_) | Selector::Index(_) | Selector::Function(_) => found.extend(step(selector, value)),
        Selector::Names(names) => {
            if let Value::Object(members) = value {
                let picked = names.iter().filter_map(|name| Some((name.clone(), members.get(name)?.clone()))).collect();
                found.push(Value::object(picked));
            }
        }
        Selector::Indexes(indexes) => {
            if let Value::Array(items) = value {
                found.extend(indexes.iter().filter_map(|index| at(items, *index).cloned()));
            }
        }
        Selector::Slice { start, end, step } => {
            if let Value::Array(items) = value {
                found.extend(slice(items, *start, *end, *step));
            }
        }
        Selector::Wildcard => found.extend(children(value).cloned()),
        Selector::Filter(filter) => match value {
            Value::Array(items) => found.extend(items.iter().filter(|item| filter.accepts(item, document)).cloned()),
            Value::Object(_) if filter.accepts(value, document) => found.push(value.clone()),
            _ => {}
        },
        Selector::Descend(inner) => {
            visit(inner, value, document, found);
            for child in children(value) {
                if matches!(child, Value::Array(_) | Value::Object(_)) {
                    visit(selector, child, document, found);
                }
            }
        }
    }
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn slice(items: &[Value], start: Option<i64>, end: Option<i64>, step: i64) -> impl Iterator<Item = Value> + '_ {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let clamp = |bound: i64| (if bound < 0 { length.saturating_add(bound) } else { bound }).clamp(0, length);
    let (start, end) = (clamp(start.unwrap_or(0)), clamp(end.unwrap_or(length)));
    let step = usize::try_from(step).unwrap_or(1).max(1);
    let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
    items[start..end.max(start)].iter().step_by(step).cloned()
}
