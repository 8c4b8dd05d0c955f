//! Any text as an expression.
#![no_main]

use serde_json::json;

libfuzzer_sys::fuzz_target!(|expression: &str| {
    let output = format!("{{% {expression} %}}");
    asl_fuzz::start_state(json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output}));
});
