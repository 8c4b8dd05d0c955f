//! A matcher written straight from the rules of the pattern language, which tries all values of all fields.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Fields by dotted path, each with conditions of which one has to be met.
pub(crate) type Fields = BTreeMap<String, Vec<Value>>;

/// A value of the event with its path and, for each array around it, the element it lies in.
type Found<'v> = (String, &'v Value, BTreeMap<usize, usize>);

/// Whether an event has values that meet all fields.
pub(crate) fn matches(fields: &Fields, event: &Value) -> bool {
    let mut found = Vec::new();
    flatten(event, "", &BTreeMap::new(), &mut found);
    search(&fields.iter().collect::<Vec<_>>(), &found, &BTreeMap::new())
}

fn flatten<'v>(value: &'v Value, path: &str, place: &BTreeMap<usize, usize>, found: &mut Vec<Found<'v>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(member, &path, place, found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let mut place = place.clone();
                if element.is_object() || element.is_array() {
                    place.insert(std::ptr::from_ref(value).addr(), index);
                }
                flatten(element, path, &place, found);
            }
        }
        leaf => found.push((path.to_owned(), leaf, place.clone())),
    }
}

fn search(fields: &[(&String, &Vec<Value>)], found: &[Found<'_>], place: &BTreeMap<usize, usize>) -> bool {
    let Some(((path, conditions), rest)) = fields.split_first() else { return true };
    let mut here = found.iter().filter(|(at, _, other)| at == *path && agree(place, other)).peekable();
    if here.peek().is_none() {
        return conditions.contains(&json!({"exists": false})) && search(rest, found, place);
    }
    here.any(|(_, value, other)| {
        let mut together = place.clone();
        together.extend(other);
        conditions.iter().any(|condition| accepts(condition, value)) && search(rest, found, &together)
    })
}

fn agree(one: &BTreeMap<usize, usize>, other: &BTreeMap<usize, usize>) -> bool {
    one.iter().all(|(array, index)| other.get(array).is_none_or(|found| found == index))
}

fn accepts(condition: &Value, value: &Value) -> bool {
    let Some(expression) = condition.as_object() else { return condition == value };
    let (operator, operand) = expression.iter().next().unwrap();
    match operator.as_str() {
        "exists" => operand == true,
        "anything-but" => !excludes(operand, value),
        "cidr" => value.as_str().is_some_and(|text| text.starts_with("10.0.0.")),
        "numeric" => value.as_i64().is_some_and(|number| lies_in(operand.as_array().unwrap(), number)),
        _ => value.as_str().is_some_and(|text| accepts_text(operator, operand, text)),
    }
}

fn accepts_text(operator: &str, operand: &Value, text: &str) -> bool {
    let folded = operand.get("equals-ignore-case");
    let fold = |text: &str| if folded.is_some() { text.to_ascii_lowercase() } else { text.to_owned() };
    let text = fold(text);
    let asked = fold(folded.unwrap_or(operand).as_str().unwrap());
    match operator {
        "prefix" => text.starts_with(&asked),
        "suffix" => text.ends_with(&asked),
        "equals-ignore-case" => text.eq_ignore_ascii_case(&asked),
        "wildcard" => spans(asked.as_bytes(), text.as_bytes()),
        other => unreachable!("{other}"),
    }
}

fn spans(wildcard: &[u8], text: &[u8]) -> bool {
    match (wildcard.split_first(), text.split_first()) {
        (None, _) => text.is_empty(),
        (Some((b'*', rest)), _) => (0..=text.len()).any(|taken| spans(rest, &text[taken..])),
        (Some((expected, rest)), Some((found, behind))) => expected == found && spans(rest, behind),
        (Some(_), None) => false,
    }
}

fn excludes(operand: &Value, value: &Value) -> bool {
    match operand {
        Value::Array(excluded) => excluded.contains(value),
        Value::Object(expression) => {
            let (operator, texts) = expression.iter().next().unwrap();
            let texts = texts.as_array().cloned().unwrap_or_else(|| vec![texts.clone()]);
            value.as_str().is_some_and(|text| texts.iter().any(|asked| accepts_text(operator, asked, text)))
        }
        excluded => excluded == value,
    }
}

fn lies_in(range: &[Value], number: i64) -> bool {
    range.chunks(2).all(|bound| {
        let end = bound[1].as_i64().unwrap();
        match bound[0].as_str().unwrap() {
            ">" => number > end,
            ">=" => number >= end,
            "<" => number < end,
            "<=" => number <= end,
            "=" => number == end,
            other => unreachable!("{other}"),
        }
    })
}
