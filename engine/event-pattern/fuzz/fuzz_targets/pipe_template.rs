//! Any text as the input template of a pipe.
#![no_main]

use event_pattern::{PipeTemplate, PipeVariables};
use serde_json::json;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let variables = PipeVariables {
        pipe_arn: "pipe",
        pipe_name: "name",
        source_arn: "source",
        enrichment_arn: "",
        target_arn: "target",
        ingestion_time: "2026-11-21T08:00:00Z",
    };
    let Ok(template) = PipeTemplate::parse(text) else { return };
    for record in [
        json!({"body": "{\"a\": [1, \"x\"]}", "data": "eyJhIjoxfQ=="}),
        json!({"dynamodb": {"Keys": {"id": {"S": "\"\n"}}}}),
    ] {
        let _ = template.render(&record, &variables);
    }
});
