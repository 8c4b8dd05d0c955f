//! The matcher agrees with one written straight from the rules, and no text makes anything panic.
#![allow(clippy::unwrap_used)]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::{Event, Matcher, Pattern, PipeTemplate, TargetInput, TransformerSource};
use naive::Fields;
use proptest::prelude::*;
use serde_json::{Value, json};

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => "[xyXY]{0,4}".prop_map(Value::from),
        1 => prop::sample::select(vec!["10.0.0.1", "10.0.1.1", "x\"y\n", "xyxy xyxy xyxy xyxy"]).prop_map(Value::from),
        2 => (-2..3i64).prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
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

/// An operator on text.
fn operator() -> impl Strategy<Value = Value> {
    let text = || "[xyXY]{1,3}";
    prop_oneof![
        text().prop_map(|text| json!({"prefix": text})),
        text().prop_map(|text| json!({"suffix": text})),
        text().prop_map(|text| json!({"equals-ignore-case": text})),
        prop_oneof![r"[xy]{1,2}(\*[xy]{1,2}){0,2}\*?", r"\*([xy]{1,2}\*){0,2}", r"\*[xyXY]{1,3}\*?"]
            .prop_map(|text| json!({"wildcard": text})),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => leaf(),
        1 => any::<bool>().prop_map(|exists| json!({"exists": exists})),
        3 => operator(),
        1 => "[xyXY]{0,2}".prop_map(|text| json!({"prefix": {"equals-ignore-case": text}})),
        1 => "[xyXY]{0,2}".prop_map(|text| json!({"suffix": {"equals-ignore-case": text}})),
        1 => operator().prop_map(|operator| json!({"anything-but": operator})),
        1 => prop::collection::vec("[xy]{0,2}", 1..3).prop_map(|texts| json!({"anything-but": texts})),
        1 => (-2..3i64).prop_map(|number| json!({"anything-but": number})),
        1 => Just(json!({"cidr": "10.0.0.9/24"})),
        1 => (prop::sample::select(vec![">", ">=", "<", "<=", "="]), -2..3i64)
            .prop_map(|(operator, end)| json!({"numeric": [operator, end]})),
        1 => (-2..2i64).prop_map(|bottom| json!({"numeric": [">=", bottom, "<", bottom + 2]})),
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    let path = prop::collection::vec(name(), 1..4).prop_map(|steps| steps.join("."));
    prop::collection::btree_map(path, prop::collection::vec(condition(), 1..3), 1..4)
}

/// Alternatives, and the pattern that they make; none that AWS takes for too complex.
fn pattern() -> impl Strategy<Value = (Vec<Fields>, Pattern)> {
    let alternatives = prop_oneof![3 => prop::collection::vec(fields(), 1), 1 => prop::collection::vec(fields(), 2..4)];
    alternatives.prop_filter_map("too complex", |alternatives| {
        let pattern = if alternatives.len() > 1 { json!({"$or": alternatives}) } else { json!(alternatives[0]) };
        let parsed = match Pattern::parse(&pattern.to_string()) {
            Err(refusal) if refusal.reason().contains("too complex") => return None,
            parsed => parsed.unwrap(),
        };
        Some((alternatives, parsed))
    })
}

fn expected(alternatives: &[Fields], event: &Value) -> bool {
    alternatives.iter().any(|fields| naive::matches(fields, event))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_pattern_matches_where_the_naive_matcher_does((alternatives, pattern) in pattern(), event in event()) {
        let expected = expected(&alternatives, &event);
        prop_assert_eq!(pattern.matches(&Event::from_value(&event).unwrap()), expected);
        prop_assert_eq!(pattern.matches(&Event::parse(&event.to_string()).unwrap()), expected);
    }

    #[test]
    fn a_matcher_finds_the_rules_that_are_left(
        patterns in prop::collection::vec(pattern(), 1..12),
        removed in prop::collection::btree_set(0..12usize, 0..6),
        added_again in prop::collection::btree_set(0..12usize, 0..4),
        events in prop::collection::vec(event(), 1..4),
    ) {
        let mut matcher = Matcher::new();
        for (rule, (_, pattern)) in patterns.iter().enumerate() {
            matcher.add(rule, pattern.clone());
        }
        for rule in &removed {
            prop_assert_eq!(matcher.remove(rule), *rule < patterns.len());
        }
        for rule in &added_again {
            if let Some((_, pattern)) = patterns.get(*rule) {
                matcher.add(*rule, pattern.clone());
            }
        }
        for event in &events {
            let matching: BTreeSet<usize> = (0..patterns.len())
                .filter(|rule| !removed.contains(rule) || added_again.contains(rule))
                .filter(|rule| expected(&patterns[*rule].0, event))
                .collect();
            let matching = Vec::from_iter(matching);
            prop_assert_eq!(&matcher.matching(&Event::from_value(event).unwrap()), &matching);
            prop_assert_eq!(&matcher.matching_text(&event.to_string()).unwrap(), &matching);
        }
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
    let arrays = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let mut matcher = Matcher::new();
    matcher.add("asks", Pattern::parse(r#"{"a": ["x"]}"#).unwrap());
    for text in [deep, arrays] {
        assert!(Event::parse(&text).is_err());
        assert!(matcher.matching_text(&text).is_err());
        assert!(Matcher::<u32>::new().matching_text(&text).is_err());
    }
}
