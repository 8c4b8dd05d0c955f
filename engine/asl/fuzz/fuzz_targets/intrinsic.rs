//! Any text as arguments of an intrinsic function, and as the call of one.
#![no_main]

use serde_json::json;

const FUNCTIONS: &[&str] = &["Format", "ArrayRange", "ArrayPartition", "MathAdd", "StringSplit", "Hash", "JsonMerge"];

libfuzzer_sys::fuzz_target!(|text: &str| {
    asl_fuzz::start_state(json!({"Type": "Pass", "Parameters": {"x.$": format!("States.{text}")}}));
    for function in FUNCTIONS {
        asl_fuzz::start_state(json!({"Type": "Pass", "Parameters": {"x.$": format!("States.{function}({text})")}}));
    }
});
