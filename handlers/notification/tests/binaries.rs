//! Each declared function has the binary of its name, and no binary is without one.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn functions_and_binaries_are_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let binaries: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let functions: BTreeSet<String> = notification::FUNCTIONS.iter().map(|function| function.name.to_owned()).collect();
    assert_eq!(binaries, functions);
}
