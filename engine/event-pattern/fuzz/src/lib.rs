//! What the fuzz targets share: the ways to match an event have to agree.

use std::collections::BTreeSet;

use event_pattern::{Event, Matcher, Pattern};
use serde_json::Value;

/// Matches `event` against each pattern alone, against all at once, from its text and from its tree.
pub fn agree(patterns: &[Pattern], event: &str) {
    let Ok(parsed) = Event::parse(event) else { return };
    let mut matcher = Matcher::new();
    for (rule, pattern) in patterns.iter().enumerate() {
        matcher.add(rule, pattern.clone());
    }
    let expected: BTreeSet<usize> = (0..patterns.len()).filter(|rule| patterns[*rule].matches(&parsed)).collect();
    let sorted = |found: Vec<usize>| BTreeSet::from_iter(found);
    assert_eq!(sorted(matcher.matching(&parsed)), expected, "all rules at once");
    assert_eq!(sorted(matcher.matching_text(event).expect("it was read before")), expected, "from the text");
    // A tree forgets how numbers are spelled and which of two members of one name came first.
    let plain = !event.contains(['.', 'e', 'E'])
        && serde_json::from_str::<Value>(event).is_ok_and(|tree| tree.to_string() == event);
    if plain {
        let tree = serde_json::from_str(event).expect("it was read before");
        let tree = Event::from_value(&tree).expect("it is an object");
        assert_eq!(sorted(matcher.matching(&tree)), expected, "from the tree");
    }
}
