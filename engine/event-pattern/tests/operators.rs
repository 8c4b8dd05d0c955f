//! Each operator of the pattern language: events that match, events that don't, and texts that are no pattern.
#![allow(clippy::unwrap_used)]

use event_pattern::{Event, Pattern};

/// Whether the pattern `{"a": [<conditions>]}` matches the event `{"a": <value>}`.
fn meets(conditions: &str, value: &str) -> bool {
    matches(&format!("{{\"a\": [{conditions}]}}"), &format!("{{\"a\": {value}}}"))
}

fn matches(pattern: &str, event: &str) -> bool {
    Pattern::parse(pattern).unwrap().matches(&Event::parse(event).unwrap())
}

fn each(conditions: &str, met_by: &[&str], not_met_by: &[&str]) {
    for value in met_by {
        assert!(meets(conditions, value), "{conditions} should be met by {value}");
    }
    for value in not_met_by {
        assert!(!meets(conditions, value), "{conditions} should not be met by {value}");
    }
}

fn refusal(pattern: &str) -> String {
    Pattern::parse(pattern).unwrap_err().reason().to_owned()
}

#[test]
fn exact_values_keep_their_type() {
    each(r#""1""#, &[r#""1""#, r#"["x", "1"]"#], &["1", "true", "null", "{}", "[]"]);
    each("1", &["1", "1.0", "1e0", "[2, 10e-1]"], &[r#""1""#, "2", "true"]);
    each("true", &["true"], &["false", r#""true""#]);
    each("null", &["null", "[null]"], &["0", r#""""#, "[]"]);
    each("9007199254740993", &["9007199254740993"], &["9007199254740992"]);
    each(r#""x", "y""#, &[r#""x""#, r#""y""#], &[r#""z""#]);
    each(r#""2001:DB8::1""#, &[r#""2001:db8:0::1""#], &[r#""2001:db8::2""#]);
}

#[test]
fn prefix_and_suffix_are_for_strings() {
    each(r#"{"prefix": "us-"}"#, &[r#""us-east-1""#, r#""us-""#], &[r#""US-east""#, r#""eu-us-""#, "1", "null"]);
    each(r#"{"prefix": ""}"#, &[r#""""#, r#""x""#], &["1", "null", "true"]);
    each(r#"{"suffix": ".png"}"#, &[r#""a.png""#, r#"".png""#], &[r#""a.PNG""#, r#""a.png ""#]);
    each(r#"{"prefix": {"equals-ignore-case": "eC"}}"#, &[r#""Ec2""#], &[r#""xec""#]);
    each(r#"{"suffix": {"equals-ignore-case": ".Png"}}"#, &[r#""a.pNG""#], &[r#""a.jpg""#]);
}

#[test]
fn equals_ignore_case_folds_each_character_of_the_pattern() {
    each(r#"{"equals-ignore-case": "alice"}"#, &[r#""ALICE""#, r#""aLiCe""#], &[r#""alic""#, r#""alicee""#]);
    each(r#"{"equals-ignore-case": "straße"}"#, &[r#""STRASSE""#, r#""straße""#], &[r#""strasse""#, r#""STRAẞE""#]);
    each(r#"{"equals-ignore-case": "k"}"#, &[r#""K""#], &["\"\u{212a}\""]);
}

#[test]
fn anything_but_accepts_what_it_does_not_name() {
    each(
        r#"{"anything-but": "x"}"#,
        &[r#""y""#, "1", "null", "true", r#""""#, r#"["x", "y"]"#],
        &[r#""x""#, "[]", "{}", r#"["x"]"#],
    );
    each(r#"{"anything-but": ["x", "y"]}"#, &[r#""z""#], &[r#""x""#, r#""y""#]);
    each(r#"{"anything-but": [5, 6]}"#, &["7", r#""5""#], &["5.0", "6"]);
    each(r#"{"anything-but": {"prefix": ["us-", "eu-"]}}"#, &[r#""ap-""#, "1"], &[r#""us-1""#, r#""eu-1""#]);
    each(r#"{"anything-but": {"suffix": ".png"}}"#, &[r#""a.jpg""#], &[r#""a.png""#]);
    each(r#"{"anything-but": {"equals-ignore-case": ["init"]}}"#, &[r#""in""#], &[r#""INIT""#]);
    each(r#"{"anything-but": {"wildcard": "*/tmp/*"}}"#, &[r#""/var/""#], &[r#""/tmp/""#]);
}

#[test]
fn numeric_compares_numbers_only() {
    each(r#"{"numeric": ["=", 3.018e2]}"#, &["301.8", "301.80"], &["301.81", r#""301.8""#]);
    each(r#"{"numeric": [">", 0, "<=", 5]}"#, &["0.001", "5", "[9, 3]"], &["0", "5.1", "-1", "1e400", "null"]);
    each(r#"{"numeric": ["<", 0]}"#, &["-0.5"], &["-0.0", "0"]);
}

#[test]
fn cidr_accepts_addresses_of_its_network() {
    each(r#"{"cidr": "10.0.0.7/24"}"#, &[r#""10.0.0.0""#, r#""10.0.0.255""#], &[r#""10.0.1.0""#, r#""x""#, "1"]);
    each(r#"{"cidr": "2001:db8::/32"}"#, &[r#""2001:DB8::1""#], &[r#""2001:db9::1""#, r#""10.0.0.1""#]);
    each(r#"{"cidr": "0.0.0.0/0"}"#, &[r#""255.255.255.255""#], &[r#""::1""#]);
}

#[test]
fn exists_looks_at_leaves() {
    each(r#"{"exists": true}"#, &["1", "null", r#""""#, "[1]"], &["{}", "[]", "[[]]", r#"{"b": 1}"#]);
    each(r#"{"exists": false}"#, &["{}", "[]", "[{}]", r#"{"b": 1}"#], &["1", "null", "[null]"]);
    assert!(matches(r#"{"a": [{"exists": false}]}"#, "{}"));
    assert!(matches(r#"{"a": [{"exists": false}, "x"]}"#, r#"{"a": "x"}"#));
}

#[test]
fn wildcards_stand_for_any_characters() {
    each(r#"{"wildcard": "/Users/*/doc.txt"}"#, &[r#""/Users/a/b/doc.txt""#], &[r#""/Users/doc.txt""#]);
    each(r#"{"wildcard": "*"}"#, &[r#""""#, r#""x""#], &["1", "null"]);
    each(r#"{"wildcard": ""}"#, &[r#""""#], &[r#""x""#]);
    each(r#"{"wildcard": "a*a"}"#, &[r#""aa""#, r#""aba""#], &[r#""a""#]);
    each(r#"{"wildcard": "a\\*\\\\b*"}"#, &[r#""a*\\bc""#], &[r#""axxb""#]);
}

#[test]
fn or_needs_one_of_its_objects_and_all_that_stands_beside_it() {
    let pattern = r#"{"s": ["x"], "$or": [{"a": [1]}, {"b": {"$or": [{"c": [2]}, {"d": [3]}]}}]}"#;
    for event in [r#"{"s":"x","a":1}"#, r#"{"s":"x","b":{"c":2}}"#, r#"{"s":"x","b":{"d":3}}"#] {
        assert!(matches(pattern, event), "{event}");
    }
    for event in [r#"{"s":"x"}"#, r#"{"a":1}"#, r#"{"s":"x","b":{"c":3}}"#, r#"{"s":"x","c":2}"#] {
        assert!(!matches(pattern, event), "{event}");
    }
}

#[test]
fn dotted_keys_are_paths_and_the_last_of_two_keys_counts() {
    assert!(matches(r#"{"a.b": ["x"]}"#, r#"{"a": {"b": "x"}}"#));
    assert!(matches(r#"{"a": {"b": ["x"]}}"#, r#"{"a.b": "x"}"#));
    assert!(matches(r#"{"a": ["x"], "a": ["y"]}"#, r#"{"a": "y"}"#));
    assert!(!matches(r#"{"a": ["x"], "a": ["y"]}"#, r#"{"a": "x"}"#));
}

#[test]
fn fields_of_one_array_match_in_one_element() {
    let pattern = r#"{"a": {"b": ["x"], "c": ["y"]}}"#;
    assert!(matches(pattern, r#"{"a": [{"b": "w"}, {"b": "x", "c": "y"}]}"#));
    assert!(!matches(pattern, r#"{"a": [{"b": "x", "c": "z"}, {"b": "w", "c": "y"}]}"#));
    let absent_after = r#"{"a": {"b": ["x"], "c": [{"exists": false}]}}"#;
    assert!(matches(absent_after, r#"{"a": [{"b": "x"}, {"c": 1}]}"#));
    assert!(!matches(absent_after, r#"{"a": [{"b": "x", "c": 1}]}"#));
}

#[test]
fn many_unrelated_arrays_do_not_multiply() {
    let field = |index: usize| format!("\"f{index}\": {{\"v\": [1]}}");
    let pattern: Vec<String> = (0..20).map(field).chain(["\"z\": {\"v\": [2]}".to_owned()]).collect();
    let ones = vec!["{\"v\":1}"; 50].join(",");
    let event: Vec<String> =
        (0..20).map(|index| format!("\"f{index}\":[{ones}]")).chain(["\"z\":[{\"v\":2}]".to_owned()]).collect();
    assert!(matches(&format!("{{{}}}", pattern.join(",")), &format!("{{{}}}", event.join(","))));
}

#[test]
fn texts_that_are_no_pattern_are_refused_with_the_reason() {
    let cases = [
        ("[]", "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        (r#"{"a": {}}"#, "Empty objects are not allowed"),
        (r#"{"a": []}"#, "Empty arrays are not allowed"),
        (r#"{"a": "x"}"#, "\"a\" must be an object or an array"),
        (r#"{"a": [{"nope": 1}]}"#, "Unrecognized match type nope"),
        (r#"{"a": [{"prefix": 1}]}"#, "prefix match pattern must be a string"),
        (r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#, "Only one key allowed in match expression"),
        (r#"{"a": [{"numeric": ["<", 1, ">", 0]}]}"#, "Too many elements in numeric expression"),
        (r#"{"a": [{"numeric": [">", 1, "<", 1]}]}"#, "Bottom must be less than top"),
        (r#"{"a": [{"cidr": "10.0.0.1"}]}"#, "Malformed CIDR, one '/' required"),
        (r#"{"a": [{"cidr": "10.0.0.0/32"}]}"#, "IPv4 mask bits must be < 32"),
        (r#"{"a": [{"cidr": "300.0.0.0/8"}]}"#, "Invalid IP address: 300.0.0.0"),
        (r#"{"a": [{"cidr": "::ffff:1.2.3.4/8"}]}"#, "Nonstandard IP address: ::ffff:1.2.3.4"),
        (r#"{"a": [{"wildcard": "a**"}]}"#, "Consecutive wildcard characters at pos 2"),
        (r#"{"$or": [{"a": [1]}]}"#, "There must have at least 2 Objects in $or relationship."),
        (
            r#"{"a": [{"anything-but": [1, "x"]}]}"#,
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
    ];
    for (pattern, reason) in cases {
        assert_eq!(refusal(pattern), reason, "{pattern}");
    }
    assert!(refusal(r#"{"a": [{"wildcard": "*a*a*a*a*a*a*a*a*"}]}"#).starts_with("Rule is too complex"));
}

#[test]
fn a_refusal_tells_where() {
    let refusal = Pattern::parse("{\n  \"a\": [{\"exists\": 1}]}").unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "Event pattern is not valid. Reason: exists match pattern must be either true or false.\n at [Source: (String)\"{\n  \"a\": [{\"exists\": 1}]}\"; line: 2, column: 21]"
    );
}

#[test]
fn or_that_multiplies_without_bound_is_refused() {
    let or = r#""$or": [{"a": [1]}, {"b": [1]}, {"c": [1]}, {"d": [1]}]"#;
    let nested = (0..6).fold(or.to_owned(), |inner, level| format!("{or}, \"f{level}\": {{{inner}}}"));
    assert!(refusal(&format!("{{{nested}}}")).contains("more than 1000 combinations"));
}
