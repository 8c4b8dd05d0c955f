//! Events are read from their text alike, whether all of it is read or only what rules ask for.
#![allow(clippy::unwrap_used)]

use event_pattern::{Event, Matcher, Pattern};
use proptest::prelude::*;

/// Patterns that tell apart how names and values were read.
const PATTERNS: [&str; 14] = [
    r#"{"a": ["x"]}"#,
    r#"{"a": ["x\"\\/\n"]}"#,
    r#"{"a": [1]}"#,
    r#"{"a": [9007199254740993]}"#,
    r#"{"a": [{"numeric": [">", 0.5]}]}"#,
    r#"{"a": [true, null]}"#,
    r#"{"a": {"b": ["x", 1]}}"#,
    r#"{"a": {"b": ["x"], "c": [1, "x"]}}"#,
    r#"{"a.b.c": [{"exists": true}]}"#,
    r#"{"": ["x"]}"#,
    r#"{"": {"a": [1]}}"#,
    r#"{"b": [{"exists": false}], "a": [{"anything-but": ["x"]}]}"#,
    r#"{"a name of more than sixteen bytes": ["a value of more than sixteen bytes"]}"#,
    r#"{"é": [{"wildcard": "*€*"}]}"#,
];

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b",
        "c",
        "a.b",
        "b.c",
        "",
        ".a",
        "a.",
        r"\u0061",
        r"a\u002eb",
        "d",
        "a name of more than sixteen bytes",
        "é",
    ])
}

fn scalar() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        r#""x""#,
        r#""\u0078""#,
        r#""x\"\\\/\n""#,
        r#""a value of more than sixteen bytes""#,
        r#""1 € 2""#,
        r#""\ud83d\ude00 \ud83d €""#,
        "1",
        "1.0",
        "10e-1",
        "0.1E+1",
        "-0",
        "0.5000",
        "9007199254740993",
        "123456789012345678901234567890.5",
        "true",
        "false",
        "null",
    ])
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "", " ", "\n\t", "\r\n        "])
}

fn object(members: Vec<(&'static str, &'static str, String)>) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, space, value)| format!("{space}\"{name}\"{space}:{space}{value}{space}")).collect();
    format!("{{{}}}", members.join(","))
}

/// The text of an event, which may have the same name twice.
fn event() -> impl Strategy<Value = String> {
    let value = scalar().prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..3), space()).prop_map(|(elements, space)| format!(
                "[{space}{}{space}]",
                elements.join(&format!("{space},{space}"))
            )),
            prop::collection::vec((name(), space(), inner), 0..3).prop_map(object),
        ]
    });
    prop::collection::vec((name(), space(), value), 0..4).prop_map(object)
}

/// An event's text with one thing wrong, mostly.
fn broken() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "", "{", "}", "[", "]", "\"", ",", ":", "\\", "\\u12", "0", "-", ".", "e", "tru", "null", "\u{1}", "\n", "é",
        "}}", "01",
    ]);
    (event(), any::<prop::sample::Index>(), 0..3usize, piece).prop_map(|(text, at, taken, piece)| {
        let mut characters: Vec<char> = text.chars().collect();
        let start = at.index(characters.len() + 1);
        let end = (start + taken).min(characters.len());
        characters.splice(start..end, piece.chars());
        characters.into_iter().collect()
    })
}

fn agree(text: &str) -> Result<(), TestCaseError> {
    let patterns = PATTERNS.map(|pattern| Pattern::parse(pattern).unwrap());
    let mut matcher = Matcher::new();
    for (rule, pattern) in patterns.iter().enumerate() {
        matcher.add(rule, pattern.clone());
    }
    let expected = Event::parse(text).map(|event| {
        let matching = patterns.iter().enumerate().filter(|(_, pattern)| pattern.matches(&event));
        matching.map(|(rule, _)| rule).collect::<Vec<_>>()
    });
    prop_assert_eq!(Matcher::<u32>::new().matching_text(text), expected.clone().map(|_| Vec::new()));
    prop_assert_eq!(matcher.matching_text(text), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_text_is_read_for_its_rules_as_it_is_read_whole(text in event()) {
        agree(&text)?;
    }

    #[test]
    fn a_broken_text_is_refused_wherever_it_is_broken(text in broken()) {
        agree(&text)?;
    }
}

#[test]
fn a_depth_that_is_refused_is_refused_where_nobody_asks() {
    for depth in [254, 255, 256, 257] {
        for (open, close) in [("[", "]"), (r#"{"x":"#, "}")] {
            let text = format!(r#"{{"a":{}1{}}}"#, open.repeat(depth), close.repeat(depth));
            agree(&text).unwrap();
            agree(&text.replacen('a', "unasked", 1)).unwrap();
        }
    }
}
