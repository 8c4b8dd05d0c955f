//! Any text as a path, a reference path and a path of the context object.
#![no_main]

use serde_json::json;

libfuzzer_sys::fuzz_target!(|path: &str| {
    asl_fuzz::start_state(json!({"Type": "Pass", "InputPath": path, "Parameters": {"x.$": path}, "OutputPath": path}));
    asl_fuzz::start_state(json!({"Type": "Pass", "ResultPath": path}));
});
