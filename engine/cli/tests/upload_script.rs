//! `docs/upload.py`, through the front door: what it uploads, what it resumes, what it is refused.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::{Sluice, project};

fn script(sluice: &Sluice, files: &[&Path]) -> Command {
    let mut script = Command::new("python3");
    script.arg(project().join("docs/upload.py")).arg("--api").arg(format!("{}/media/graphql", sluice.web)).args(files);
    script
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn upload(sluice: &Sluice, file: &Path) -> Output {
    script(sluice, &[file]).output().unwrap()
}

/// A picture that isn't compressed: of 2700 pixels' side it has 22 MB, and goes in three parts.
fn bitmap(folder: &Path, name: &str, side: u32) -> PathBuf {
    let size = 54 + side * side * 3;
    let mut file = b"BM".to_vec();
    for word in [size, 0, 54, 40, side, side, 24 << 16 | 1, 0, 0, 0, 0, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    for y in 0..side {
        for x in 0..side {
            file.extend([x, y, x ^ y].map(|value| value.to_le_bytes()[0]));
        }
    }
    assert!(side.is_multiple_of(4), "rows are whole words");
    let path = folder.join(name);
    std::fs::write(&path, file).unwrap();
    path
}

#[test]
fn it_uploads_a_picture_and_tells_where_every_size_is() {
    let (sluice, folder) = (Sluice::dev(&["--ephemeral"]), tempfile::tempdir().unwrap());
    let output = upload(&sluice, &bitmap(folder.path(), "small.bmp", 400));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines = text(&output.stdout);
    for size in ["thumbnail\timage/webp", "card\timage/avif", "full\timage/jpeg", "original\timage/jpeg"] {
        let url = lines.lines().find(|line| line.contains(size)).and_then(|line| line.rsplit('\t').next());
        let picture = ureq::get(url.unwrap_or_else(|| panic!("{size}: {lines}"))).call().unwrap();
        assert_eq!(picture.headers()["content-type"], size.split('\t').next_back().unwrap());
    }
}

#[test]
fn killed_in_the_middle_it_sends_only_the_parts_that_are_missing_when_it_is_run_again() {
    let (sluice, folder) = (Sluice::dev(&["--ephemeral"]), tempfile::tempdir().unwrap());
    let large = bitmap(folder.path(), "large.bmp", 2700);
    let mut first = script(&sluice, &[&large]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let line = BufReader::new(first.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let part = line.strip_suffix(" sent").unwrap_or_else(|| panic!("{line}"));

    let second = upload(&sluice, &large);
    let told = text(&second.stderr);
    assert!(second.status.success() && told.contains(&format!("{part} is there")), "{told}");
    assert!(text(&second.stdout).contains("large.bmp\toriginal\timage/jpeg\t2700x2700"), "{}", text(&second.stdout));

    let third = upload(&sluice, &large);
    assert!(third.status.success() && third.stderr.is_empty(), "it is there already: {}", text(&third.stderr));
}

#[test]
fn it_tells_why_a_file_is_refused_and_goes_on_with_the_others() {
    let (sluice, folder) = (Sluice::dev(&["--ephemeral"]), tempfile::tempdir().unwrap());
    let (diary, notes) = (folder.path().join("diary.jpg"), folder.path().join("notes.txt"));
    std::fs::write(&diary, "Dear diary").unwrap();
    std::fs::write(&notes, "notes").unwrap();
    let output = script(&sluice, &[&diary, &notes, &bitmap(folder.path(), "small.bmp", 400)]).output().unwrap();
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.lines().any(|line| line.starts_with("diary.jpg: ") && line.ends_with("(Media.UnsupportedFormat)")),
        "{told}"
    );
    assert!(
        told.lines().any(|line| line.starts_with("notes.txt: ") && line.ends_with("(UNSUPPORTED_FORMAT)")),
        "{told}"
    );
    assert!(text(&output.stdout).contains("small.bmp\tcard"), "{}", text(&output.stdout));
}
