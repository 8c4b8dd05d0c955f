//! The matcher agrees with one written straight from the rules, and no text makes anything panic.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::{Event, Matcher, Pattern, PipeTemplate, TargetInput, TransformerSource};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A value of the event with its path and, for each array around it, the element it lies in.
type Found<'v> = (String, &'v Value, BTreeMap<usize, usize>);

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

fn agree(one: &BTreeMap<usize, usize>, other: &BTreeMap<usize, usize>) -> bool {
    one.iter().all(|(array, index)| other.get(array).is_none_or(|found| found == index))
}

fn accepts(condition: &Value, value: &Value) -> bool {
    let Some(expression) = condition.as_object() else { return condition == value };
    let (operator, operand) = expression.iter().next().unwrap();
    match operator.as_str() {
        "exists" => operand == true,
        "suffix" => value.as_str().is_some_and(|text| text.ends_with(operand.as_str().unwrap())),
        "equals-ignore-case" => value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(operand.as_str().unwrap())),
        "wildcard" => value.as_str().is_some_and(|text| text.len() > 1 && text.starts_with('x') && text.ends_with('y')),
        "prefix" => value.as_str().is_some_and(|text| text.starts_with(operand.as_str().unwrap())),
        "anything-but" => value != operand,
        "cidr" => value == "10.0.0.1",
        "numeric" => value.as_i64().is_some_and(|number| match operand.as_array().unwrap().as_slice() {
            [greater, bottom] if greater == ">" => number > bottom.as_i64().unwrap(),
            [_, top] => number <= top.as_i64().unwrap(),
            [_, bottom, _, top] => (bottom.as_i64().unwrap()..=top.as_i64().unwrap()).contains(&number),
            other => unreachable!("{other:?}"),
        }),
        other => unreachable!("{other}"),
    }
}

/// Tries all values of all fields, by path.
fn naive(fields: &[(&String, &Vec<Value>)], found: &[Found<'_>], place: &BTreeMap<usize, usize>) -> bool {
    let Some(((path, conditions), rest)) = fields.split_first() else { return true };
    let mut here = found.iter().filter(|(at, _, other)| at == *path && agree(place, other)).peekable();
    if here.peek().is_none() {
        return conditions.contains(&json!({"exists": false})) && naive(rest, found, place);
    }
    here.any(|(_, value, other)| {
        let mut together = place.clone();
        together.extend(other);
        conditions.iter().any(|condition| accepts(condition, value)) && naive(rest, found, &together)
    })
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["x", "xy", "xzy", "XY", "y", "", "10.0.0.1", "10.0.1.1"]).prop_map(Value::from),
        (0..3i64).prop_map(Value::from),
        Just(Value::Null),
        Just(Value::Bool(true)),
    ]
}

fn event() -> impl Strategy<Value = Value> {
    let value = leaf().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map(name(), inner, 0..3).prop_map(|members| json!(members)),
        ]
    });
    prop::collection::btree_map(name(), value, 0..4).prop_map(|members| json!(members))
}

fn condition() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => leaf(),
        1 => any::<bool>().prop_map(|exists| json!({"exists": exists})),
        1 => Just(json!({"prefix": "x"})),
        1 => Just(json!({"suffix": "y"})),
        1 => Just(json!({"equals-ignore-case": "xY"})),
        1 => Just(json!({"wildcard": "x*y"})),
        1 => Just(json!({"anything-but": "x"})),
        1 => Just(json!({"cidr": "10.0.0.9/24"})),
        1 => (0..2i64).prop_map(|bottom| json!({"numeric": [">", bottom]})),
        1 => (0..2i64).prop_map(|top| json!({"numeric": ["<=", top]})),
        1 => (0..2i64).prop_map(|bottom| json!({"numeric": [">=", bottom, "<=", bottom + 1]})),
    ]
}

/// Fields by dotted path, which a pattern may have as they are.
fn pattern() -> impl Strategy<Value = BTreeMap<String, Vec<Value>>> {
    let path = prop::collection::vec(name(), 1..4).prop_map(|steps| steps.join("."));
    prop::collection::btree_map(path, prop::collection::vec(condition(), 1..3), 1..4)
}

fn expected(pattern: &BTreeMap<String, Vec<Value>>, event: &Value) -> bool {
    let mut found = Vec::new();
    flatten(event, "", &BTreeMap::new(), &mut found);
    naive(&pattern.iter().collect::<Vec<_>>(), &found, &BTreeMap::new())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_pattern_matches_where_the_naive_matcher_does(pattern in pattern(), event in event()) {
        let parsed = Pattern::parse(&json!(pattern).to_string()).unwrap();
        prop_assert_eq!(parsed.matches(&Event::from_value(&event).unwrap()), expected(&pattern, &event));
        prop_assert_eq!(parsed.matches(&Event::parse(&event.to_string()).unwrap()), expected(&pattern, &event));
    }

    #[test]
    fn a_matcher_finds_the_rules_that_are_left(
        patterns in prop::collection::vec(pattern(), 1..12),
        removed in prop::collection::btree_set(0..12usize, 0..6),
        event in event(),
    ) {
        let mut matcher = Matcher::new();
        for (rule, pattern) in patterns.iter().enumerate() {
            matcher.add(rule, Pattern::parse(&json!(pattern).to_string()).unwrap());
        }
        for rule in &removed {
            prop_assert_eq!(matcher.remove(rule), *rule < patterns.len());
        }
        let matching: BTreeSet<usize> = (0..patterns.len())
            .filter(|rule| !removed.contains(rule) && expected(&patterns[*rule], &event))
            .collect();
        prop_assert_eq!(matcher.matching(&Event::from_value(&event).unwrap()), Vec::from_iter(matching));
    }

    #[test]
    fn no_text_makes_anything_panic(text in "\\PC{0,60}", json_like in r#"[\{\}\[\]":,a$orx0-9.eE\\*/<>\-]{0,60}"#) {
        for text in [text, json_like] {
            let _ = (Pattern::parse(&text), Event::parse(&text), PipeTemplate::parse(&text));
            let wrapped = format!(r#"{{"a": [{{"wildcard": {}}}]}}"#, json!(text));
            let _ = Pattern::parse(&wrapped);
            let _ = Pattern::parse(&format!(r#"{{"a": [{{"cidr": {}}}]}}"#, json!(text)));
            let transformer = TransformerSource { paths: &BTreeMap::new(), template: &text };
            let _ = TargetInput::parse("t", None, None, Some(transformer));
            let _ = TargetInput::parse("t", None, Some(&text), None);
        }
    }
}

#[test]
fn deep_nesting_is_refused_not_recursed_into() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    assert!(Pattern::parse(&deep).is_err());
    assert!(Event::parse(&deep).is_err());
    let arrays = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(Event::parse(&arrays).is_err());
}
