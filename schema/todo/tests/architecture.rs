//! What a subgraph may be made of.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each package of the workspace: its folder, and the packages of the workspace that it is built from.
fn workspace() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let root = metadata["workspace_root"].as_str().unwrap();
    let package = |package: &Value| {
        let name = package["name"].as_str().unwrap().to_owned();
        let folder = package["manifest_path"].as_str().unwrap().strip_prefix(root).unwrap().to_owned();
        let ours = package["dependencies"].as_array().unwrap().iter();
        let ours = ours.filter(|dependency| dependency["path"].is_string() && dependency["kind"] != "dev");
        (name, (folder, ours.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect()))
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

#[test]
fn a_subgraph_is_built_from_events_and_the_function_frame_and_no_domain_crate() {
    let workspace = workspace();
    let subgraphs: Vec<_> = workspace.iter().filter(|(_, (folder, _))| folder.starts_with("/schema/")).collect();
    assert!(!subgraphs.is_empty());
    for (subgraph, _) in subgraphs {
        let mut reached = BTreeSet::from([subgraph.clone()]);
        let mut ahead = vec![subgraph.clone()];
        while let Some(next) = ahead.pop() {
            ahead.extend(workspace[&next].1.iter().filter(|name| reached.insert((*name).clone())).cloned());
        }
        reached.remove(subgraph);
        let strangers: Vec<_> =
            reached.iter().filter(|name| !["events", "function", "subgraph"].contains(&name.as_str())).collect();
        assert!(strangers.is_empty(), "{subgraph} is built from {strangers:?}");
    }
}
