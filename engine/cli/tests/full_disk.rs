//! A disk that runs full: what can't be kept is refused, what was accepted is there, and with space it goes on.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::Sluice;

/// A small file system, unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where nobody lets us mount one.
    fn of_megabytes(size: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={size}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder))
    }

    fn grow(&self, size: u32) {
        let options = format!("remount,size={size}m");
        assert!(Command::new("mount").args(["-o", &options]).arg(self.path()).status().unwrap().success());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What stays mounted goes with the machine's next start.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn create(sluice: &Sluice, number: usize) -> Value {
    let notes = "n".repeat(9_000);
    sluice.graphql(
        "mutation($title: String!, $notes: String!) { createTodo(input: { title: $title, notes: $notes }) { todo { id } errors { code } } }",
        json!({ "title": format!("todo {number}"), "notes": notes }),
    )
}

fn id(answer: &Value) -> Option<String> {
    answer["data"]["createTodo"]["todo"]["id"].as_str().map(str::to_owned)
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let Some(disk) = SmallDisk::of_megabytes(12) else {
        eprintln!("skipped: a small file system can't be mounted here (it takes root on Linux)");
        return;
    };
    let data = disk.path().join("data");
    let sluice = Sluice::dev_at(&data);
    let mut accepted = Vec::new();
    let refused = loop {
        let answer = create(&sluice, accepted.len());
        match id(&answer) {
            Some(id) => accepted.push(id),
            None => break answer,
        }
        assert!(accepted.len() < 5_000, "the disk never ran full");
    };
    assert!(refused["errors"][0]["message"].is_string(), "the client is told: {refused}");

    disk.grow(256);
    let answer = create(&sluice, accepted.len());
    accepted.push(id(&answer).unwrap_or_else(|| panic!("with space it goes on: {answer}")));
    sluice.kill();

    let sluice = Sluice::dev_at(&data);
    for id in &accepted {
        let answer = sluice.graphql("query($id: ID!) { todo(id: $id) { id } }", json!({ "id": id }));
        assert_eq!(answer["data"]["todo"]["id"], *id, "an accepted todo is there");
    }
}
