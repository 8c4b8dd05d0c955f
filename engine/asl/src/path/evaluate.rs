//! Paths applied to values.

use super::spell::spell;
use super::{Nowhere, Path, Selector};
use crate::json::Value;

impl Path {
    /// The value the path leads to; for a path that may lead to several, the array of them. What comes before the first
    /// selector that may lead to several has to be there.
    pub(crate) fn evaluate(&self, root: &Value) -> Result<Value, Nowhere> {
        let definite = self.selectors.iter().position(|selector| !selector.is_definite());
        let (place, many) = self.selectors.split_at(definite.unwrap_or(self.selectors.len()));
        let start = self.follow(place, root)?;
        if many.is_empty() {
            return Ok(start);
        }
        match select(many, &start, root) {
            Some(values) => Ok(Value::array(values)),
            None => Err(Nowhere::TooMany),
        }
    }

    /// The value that the first selectors, which name one place, lead to.
    fn follow(&self, selectors: &[Selector], root: &Value) -> Result<Value, Nowhere> {
        let mut value = root.clone();
        for (position, selector) in selectors.iter().enumerate() {
            let leaf = position + 1 == self.selectors.len();
            let parent = || format!("${}", spell(&self.selectors[..position]));
            let place = || format!("${}", spell(&self.selectors[..=position]));
            value = match selector {
                Selector::Names(_) if !leaf => {
                    return Err(Nowhere::Inapplicable(format!(
                        "Multi properties can only be used as path leafs: {}",
                        place()
                    )));
                }
                Selector::Name(_) | Selector::Names(_) if value.as_object().is_none() => {
                    let property = spell(std::slice::from_ref(selector));
                    return Err(Nowhere::Absent(format!("Property {property} not found in path {}", parent())));
                }
                Selector::Index(_) if value.as_array().is_none() => {
                    return Err(Nowhere::Inapplicable(format!(
                        "Filter: {} can only be applied to arrays. Current context is: {value}",
                        spell(&self.selectors[position..])
                    )));
                }
                _ => step(selector, &value).ok_or_else(|| match (selector, leaf) {
                    (Selector::Index(_), true) => {
                        Nowhere::PastEnd(format!("Index out of bounds when evaluating path {}", place()))
                    }
                    (Selector::Index(_), false) => {
                        Nowhere::Absent(format!("Index out of bounds when evaluating path {}", place()))
                    }
                    (_, true) => Nowhere::Absent(format!("No results for path: {}", place())),
                    (_, false) => Nowhere::Absent(format!("Missing property in path {}", place())),
                })?,
            };
        }
        Ok(value)
    }
}

/// One step of a definite path.
fn step(selector: &Selector, value: &Value) -> Option<Value> {
    match selector {
        Selector::Name(name) => value.get(name).cloned(),
        Selector::Names(names) => {
            let members = value.as_object()?;
            let picked = names.iter().filter_map(|name| Some((name.clone(), members.get(name)?.clone())));
            Some(Value::object(picked.collect()))
        }
        Selector::Index(index) => at(value.as_array()?, *index).cloned(),
        _ => None,
    }
}

fn at(items: &[Value], index: i64) -> Option<&Value> {
    let length = i64::try_from(items.len()).ok()?;
    let index = if index < 0 { length.checked_add(index)? } else { index };
    items.get(usize::try_from(index).ok()?)
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
        Selector::Name(_) | Selector::Names(_) | Selector::Index(_) => found.extend(step(selector, value)),
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
