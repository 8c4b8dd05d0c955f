//! Events per second of CPU time on one thread, over the rule sets and events that event-ruler was measured with.
//!
//! `cargo bench -p event-pattern [-- CATEGORY…]`. It takes the rules from `shared/bench/event-patterns` beside the repository and
//! the events from the file that `EVENTS` names, or else makes them with `gen_events.py` there.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use event_pattern::{Matcher, Pattern};
use serde_json::{Value, json};

/// A category, event-ruler's events per second of CPU time, and how often each rule matches, or all together.
struct Category {
    name: &'static str,
    peer: f64,
    each: &'static [u64],
    all: u64,
}

const fn category(name: &'static str, peer: f64, each: &'static [u64], all: u64) -> Category {
    Category { name, peer, each, all }
}

/// What event-ruler did with Java 17 on one thread; no counts where none were told.
const CATEGORIES: [Category; 24] = [
    category("EXACT", 551e3, &[22, 23, 21, 21, 21], 108),
    category("WILDCARD", 423e3, &[276, 348, 567, 929, 21], 2_141),
    category("PREFIX", 563e3, &[4399, 4287, 4324, 4282, 4384], 21_676),
    category("PREFIX_EQUALS_IGNORE_CASE", 0.0, &[4399, 4287, 4324, 4282, 4384], 21_676),
    category("SUFFIX", 527e3, &[27973, 4344, 4337, 2248, 2143], 41_045),
    category("SUFFIX_EQUALS_IGNORE_CASE", 0.0, &[27973, 4344, 4337, 2248, 2143], 41_045),
    category("EQUALS_IGNORE_CASE", 480e3, &[2163, 2203, 2145, 2164, 106_040], 114_715),
    category("COMPLEX_ARRAYS", 72e3, &[219, 0, 135_705, 78_278, 80_979], 295_181),
    category("NUMERIC", 289e3, &[219, 130, 135_292, 77_776, 80_174], 293_591),
    category("ANYTHING_BUT", 318e3, &[208_786, 210_903, 107_028, 130, 210_614], 737_461),
    category("ANYTHING_BUT_IGNORE_CASE", 0.0, &[208_786, 210_903, 107_028, 130, 210_614], 737_461),
    category("ANYTHING_BUT_PREFIX", 323e3, &[], 0),
    category("ANYTHING_BUT_SUFFIX", 324e3, &[], 0),
    category("ANYTHING_BUT_WILDCARD", 327e3, &[], 0),
    category("EXACT_N10", 0.0, &[], 0),
    category("EXACT_N1000", 577e3, &[], 68),
    category("EXACT_N10000", 546e3, &[], 651),
    category("EXACT_N100000", 489e3, &[], 6_579),
    category("PREFIX_N100000", 0.0, &[], 0),
    category("WILDCARD_N100000", 0.0, &[], 0),
    category("NUMERIC_N100000", 0.0, &[], 0),
    category("EXACT_AND_BUT_N100000", 0.0, &[], 6_579),
    category("AND3_N10000", 119e3, &[], 28_738),
    category("ALL_README_70", 38e3, &[], 4_829_669),
];

/// The rule sets by name.
type Rules = BTreeMap<String, Vec<Value>>;

/// How often all events are matched for a figure, of which the median counts.
const ROUNDS: usize = 5;

fn main() {
    let Some((rules, events)) = inputs() else { return };
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    println!("{:<26} {:>7} {:>9} {:>9} {:>6}  matches", "rules", "build", "events/s", "peer", "ratio");
    for category in CATEGORIES {
        if asked.is_empty() || asked.iter().any(|asked| asked == category.name) {
            measure(&category, &patterns(&rules, category.name), &events);
        }
    }
}

fn measure(category: &Category, patterns: &[Pattern], events: &[&str]) {
    let start = Instant::now();
    let mut matcher = Matcher::new();
    for (rule, pattern) in (0u32..).zip(patterns) {
        matcher.add(rule, pattern.clone());
    }
    let build = start.elapsed();
    let mut counts = vec![0u64; patterns.len()];
    let mut seconds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            counts.fill(0);
            let start = cpu_seconds();
            for event in events {
                for rule in matcher.matching_text(event).unwrap() {
                    counts[rule as usize] += 1;
                }
            }
            cpu_seconds() - start
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let rate = events.len() as f64 / seconds[ROUNDS / 2];
    let all: u64 = counts.iter().sum();
    let is_right = (category.all == 0 || all == category.all) && (category.each.is_empty() || counts == category.each);
    let matches = if is_right { format!("{all}") } else { format!("{all}, expected {} {counts:?}", category.all) };
    let (peer, ratio) = match category.peer {
        0.0 => (String::new(), String::new()),
        peer => (format!("{peer:.0}"), format!("{:.2}", rate / peer)),
    };
    println!("{:<26} {:>5}ms {rate:>9.0} {peer:>9} {ratio:>6}  {matches}", category.name, build.as_millis());
}

/// CPU time of this process, whose only busy thread this is: other processes on the machine don't count.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.unwrap_or_else(|| {
        static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
        START.elapsed().as_secs_f64() * 1e9
    }) / 1e9
}

fn patterns(rules: &Rules, name: &str) -> Vec<Pattern> {
    let remade: Option<fn(&str) -> Value> = match name {
        "PREFIX_N100000" => Some(|lot| json!({"MAPBLKLOT": [{"prefix": lot}]})),
        "WILDCARD_N100000" => Some(|lot| json!({"MAPBLKLOT": [{"wildcard": format!("*{}*", &lot[1..])}]})),
        "NUMERIC_N100000" => Some(|lot| {
            let west = -122.515 + lot.parse::<f64>().unwrap_or_default() / 1.7e6;
            json!({"geometry.firstCoordinates.x": [{"numeric": [">", west, "<=", west + 1e-6]}]})
        }),
        "EXACT_AND_BUT_N100000" => {
            Some(|lot| json!({"MAPBLKLOT": [lot], "STREET": [{"anything-but": lot}], "nowhere": [{"exists": false}]}))
        }
        _ => None,
    };
    if let Some(remade) = remade {
        let lots = rules["EXACT_N100000"].iter().map(lot_of);
        return lots.map(|lot| Pattern::parse(&nested(remade(&lot)).to_string()).unwrap()).collect();
    }
    let texts: Vec<&Value> = match name {
        "ALL_README_70" => {
            rules.iter().filter(|(name, _)| !name.contains("_N1")).flat_map(|(_, rules)| rules).collect()
        }
        "EXACT_N10" => rules["EXACT_N1000"].iter().take(10).collect(),
        name => rules[name].iter().collect(),
    };
    texts
        .iter()
        .map(|text| Pattern::parse(&text.as_str().map_or_else(|| text.to_string(), str::to_owned)).unwrap())
        .collect()
}

/// The lot that a rule of `EXACT_N100000` asks for.
fn lot_of(rule: &Value) -> String {
    let rule: Value = rule.as_str().map_or_else(|| rule.clone(), |text| serde_json::from_str(text).unwrap());
    rule["properties"]["MAPBLKLOT"][0].as_str().unwrap().to_owned()
}

/// Fields of an event's properties, or by their path where that has a dot.
fn nested(fields: Value) -> Value {
    let fields = fields.as_object().unwrap().iter();
    let path = |name: &str| if name.contains('.') { name.to_owned() } else { format!("properties.{name}") };
    fields.map(|(name, conditions)| (path(name), conditions.clone())).collect()
}

/// The rule sets, and the events, which live as long as the process.
fn inputs() -> Option<(Rules, Vec<&'static str>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/event-patterns");
    let Ok(rules) = std::fs::read_to_string(directory.join("rules.json")) else {
        eprintln!("skipped: no rules at {}", directory.display());
        return None;
    };
    let path = std::env::var_os("EVENTS").map_or_else(|| generated(&directory), PathBuf::from);
    let events: &'static str = std::fs::read_to_string(path).unwrap().leak();
    Some((serde_json::from_str(&rules).unwrap(), events.lines().collect()))
}

fn generated(directory: &Path) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("citylots.jsonl");
    if !path.exists() {
        let made = Command::new("python3").arg(directory.join("gen_events.py")).arg(&path).status();
        assert!(made.is_ok_and(|status| status.success()), "gen_events.py failed; name a file of events in EVENTS");
    }
    path
}
