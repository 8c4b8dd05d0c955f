//! Fixtures: what intrinsic functions give, and what is said of broken templates.
#![allow(clippy::unwrap_used)]

mod doubles;

use std::path::{Path, PathBuf};

use cloudformation::{Options, Template};
use doubles::Engine;
use serde_json::Value;

fn fixtures(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(kind);
    let mut fixtures: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    fixtures.sort();
    assert!(!fixtures.is_empty());
    fixtures
}

fn read(fixture: &Path) -> Result<Template, cloudformation::CloudFormationError> {
    let name = fixture.file_name().unwrap().to_string_lossy();
    let text = std::fs::read_to_string(fixture.join("template.json")).unwrap();
    Template::parse(&format!("{name}.template.json"), &text)
}

#[tokio::test]
async fn every_intrinsic_function_gives_what_its_fixture_expects() {
    for fixture in fixtures("intrinsics") {
        let template = read(&fixture).unwrap();
        let report = Engine::new().stacks.deploy(&[template], &Options::default()).await.unwrap();
        let expected: Value =
            serde_json::from_str(&std::fs::read_to_string(fixture.join("expected.json")).unwrap()).unwrap();
        let outputs = report.outputs.into_values().next().unwrap();
        assert_eq!(serde_json::to_value(outputs).unwrap(), expected, "{}", fixture.display());
    }
}

#[test]
fn every_broken_template_is_told_with_its_place() {
    for fixture in fixtures("errors") {
        let Err(error) = read(&fixture) else { panic!("{} must be refused", fixture.display()) };
        let expected = std::fs::read_to_string(fixture.join("expected.txt")).unwrap();
        assert_eq!(error.to_string(), expected.trim_end(), "{}", fixture.display());
    }
}
