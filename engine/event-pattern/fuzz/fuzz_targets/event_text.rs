//! Any text as an event, against patterns with every operator.
#![no_main]

use std::sync::LazyLock;

use event_pattern::Pattern;

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let conditions = [
        r#""x""#,
        r#"1"#,
        r#"null"#,
        r#"{"exists": true}"#,
        r#"{"exists": false}"#,
        r#"{"prefix": "x"}"#,
        r#"{"suffix": {"equals-ignore-case": "Y"}}"#,
        r#"{"wildcard": "x*y"}"#,
        r#"{"numeric": [">", 0, "<=", 5]}"#,
        r#"{"cidr": "10.0.0.0/8"}"#,
        r#"{"anything-but": ["x", "y"]}"#,
        r#"{"anything-but": {"wildcard": "*y"}}"#,
    ];
    let one = conditions.iter().map(|condition| format!(r#"{{"a": [{condition}]}}"#));
    let two = conditions.iter().map(|condition| format!(r#"{{"a": {{"b": [{condition}], "c": [1, "x"]}}}}"#));
    one.chain(two).map(|text| Pattern::parse(&text).expect("a valid pattern")).collect()
});

libfuzzer_sys::fuzz_target!(|event: &str| event_pattern_fuzz::agree(&PATTERNS, event));
