//! The names of errors mean the same in handlers and state machines.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use media::MediaError;
use serde_json::Value;

/// Every name of this context in an `ErrorEquals`, with the definition it is in.
fn caught() -> Vec<(String, String)> {
    fn collect(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                let caught = fields.get("ErrorEquals").and_then(Value::as_array).into_iter().flatten();
                names.extend(caught.map(|name| name.as_str().unwrap().to_owned()));
                fields.values().for_each(|value| collect(value, names));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
            _ => {}
        }
    }

    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut caught = Vec::new();
    for entry in fs::read_dir(workflows).unwrap() {
        let path = entry.unwrap().path().join("definition.asl.json");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut names = Vec::new();
        collect(&serde_json::from_str(&text).unwrap(), &mut names);
        names.retain(|name| name.starts_with("Media."));
        caught.extend(names.into_iter().map(|name| (path.display().to_string(), name)));
    }
    assert!(!caught.is_empty(), "workflows/ has moved");
    caught
}

#[test]
fn state_machines_catch_only_what_is_raised() {
    for (path, name) in caught() {
        assert!(MediaError::NAMES.contains(&name.as_str()), "{path} catches {name}, which nothing raises");
    }
}

#[test]
fn graphql_tells_of_errors_that_handlers_raise() {
    let invented: Vec<_> =
        media_schema::MAPPED_ERRORS.iter().filter(|name| !MediaError::NAMES.contains(name)).collect();
    assert!(invented.is_empty(), "mapped, but never raised: {invented:?}");
}

#[test]
fn what_a_mutation_does_not_tell_of_is_no_fault_of_its_client() {
    let is_told = |name: &&str| media_schema::MAPPED_ERRORS.contains(name) || media::REJECTIONS.contains(name);
    let untold: Vec<_> = MediaError::NAMES.iter().copied().filter(|name| !is_told(name)).collect();
    let others = [
        // Of addresses that pictures are served by.
        "Media.BadVariant",
        "Media.InvalidSpecification",
        // Of machines that nobody waits for.
        "Media.Superseded",
        "Media.Contended",
        "Media.TranscodingFailed",
        "Media.TranscodingCanceled",
        // Of this stack.
        "Media.Unavailable",
        "Media.InvalidRecord",
    ];
    assert_eq!(untold, others);
}

#[test]
fn every_refusal_of_a_picture_is_caught_by_the_machine_that_processes_it() {
    let caught = caught();
    for name in media::REJECTIONS {
        assert!(MediaError::NAMES.contains(name), "{name}");
        let by = caught.iter().filter(|(path, by)| path.contains("process-image") && by == name).count();
        assert_eq!(by, 2, "{name} is to be caught where pictures are inspected and where they are made");
    }
}
