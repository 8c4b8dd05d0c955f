//! Any text as a definition.
#![no_main]

libfuzzer_sys::fuzz_target!(|definition: &str| asl_fuzz::start(definition, r#"{"a": [1, 2]}"#));
