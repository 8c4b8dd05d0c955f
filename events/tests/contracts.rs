//! The committed schemas are fresh, and the recorded examples fit schema and Rust type alike.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use events::{CONSUMED, CONTRACTS, Contract};
use serde_json::{Value, json};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Every recorded envelope with the contract of the folder it lies in.
fn examples() -> Vec<(&'static Contract, PathBuf, Value)> {
    let mut examples = Vec::new();
    for contract in CONTRACTS {
        let folder = folder("examples").join(contract.detail_type);
        for name in names_in(&folder) {
            let path = folder.join(name);
            let envelope = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            examples.push((contract, path, envelope));
        }
    }
    examples
}

#[test]
fn committed_schemas_are_those_of_the_types() {
    let update = std::env::var_os("UPDATE_SCHEMAS").is_some();
    for contract in CONTRACTS {
        let path = folder("schemas").join(format!("{}.json", contract.detail_type));
        let fresh = format!("{}\n", serde_json::to_string_pretty(&contract.schema()).unwrap());
        if update {
            fs::write(&path, &fresh).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == fresh,
            "{} is stale; run: UPDATE_SCHEMAS=1 cargo test -p events --test contracts",
            path.display()
        );
    }
    let declared: BTreeSet<_> = CONTRACTS.iter().map(|contract| format!("{}.json", contract.detail_type)).collect();
    assert_eq!(names_in(&folder("schemas")), declared, "a schema without a contract");
}

#[test]
fn every_contract_has_an_example_and_every_example_a_contract() {
    let declared: BTreeSet<_> = CONTRACTS.iter().map(|contract| contract.detail_type.to_owned()).collect();
    assert_eq!(names_in(&folder("examples")), declared);
    for contract in CONTRACTS {
        assert!(examples().iter().any(|(of, ..)| of.detail_type == contract.detail_type), "{}", contract.detail_type);
    }
}

#[test]
fn examples_fit_their_schema() {
    for (contract, path, envelope) in examples() {
        let validator =
            jsonschema::options().should_validate_formats(true).build(&contract.schema()).expect("a valid schema");
        let errors: Vec<_> = validator.iter_errors(&envelope).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}

#[test]
fn examples_survive_the_rust_types_unchanged() {
    for (contract, path, envelope) in examples() {
        let again = contract.round_trip(envelope.clone()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(again, envelope, "{}", path.display());
    }
}

#[test]
fn every_event_of_others_has_an_example_under_its_own_name() {
    let mut declared = BTreeSet::new();
    for consumed in CONSUMED {
        let path = folder("consumed").join(consumed.source).join(format!("{}.json", consumed.detail_type));
        let example: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(
            (&example["source"], &example["detail-type"]),
            (&json!(consumed.source), &json!(consumed.detail_type))
        );
        declared.insert(path);
    }
    let sources = names_in(&folder("consumed"));
    let written = sources.iter().map(|source| folder("consumed").join(source));
    let written = written.flat_map(|source| names_in(&source).into_iter().map(move |name| source.join(name)));
    assert_eq!(written.collect::<BTreeSet<_>>(), declared);
}

/// Gives what the event is about a state that nothing of its kind can have.
fn spoil_subject(detail: &mut Value) {
    match ["todo", "media"].into_iter().find(|about| detail[about].is_object()) {
        Some(about) => detail[about]["status"] = json!("MAYBE"),
        None => detail["subject"] = json!(["MAYBE"]),
    }
}

#[test]
fn schemas_refuse_another_detail_type_a_missing_field_and_a_time_that_is_none() {
    for (contract, path, envelope) in examples() {
        let schema = contract.schema();
        let spoilers: [fn(&mut Value); 4] = [
            |event| event["detail-type"] = json!("todo.invented"),
            |event| drop(event["detail"].as_object_mut().unwrap().remove("eventId")),
            |event| event["detail"]["occurredAt"] = json!("yesterday"),
            |event| spoil_subject(&mut event["detail"]),
        ];
        for (index, spoil) in spoilers.iter().enumerate() {
            let mut spoiled = envelope.clone();
            spoil(&mut spoiled);
            assert!(!jsonschema::is_valid(&schema, &spoiled), "spoiler {index} of {}", path.display());
            assert!(contract.round_trip(spoiled).is_err(), "spoiler {index} of {}", path.display());
        }
    }
}
