//! Any text as patterns, one a line, and the last line as an event that they are matched against.
#![no_main]

use event_pattern::Pattern;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (patterns, event) = text.rsplit_once('\n').unwrap_or((text, r#"{"a": ["x", 1, null, {"b": "y"}]}"#));
    let patterns: Vec<Pattern> = patterns.lines().filter_map(|line| Pattern::parse(line).ok()).collect();
    event_pattern_fuzz::agree(&patterns, event);
});
