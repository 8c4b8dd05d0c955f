//! What a store promises: what was answered is there after a restart, a failed write leaves nothing, a directory has one owner.
#![allow(clippy::unwrap_used)]

use store::{Location, Store, StoreError};

const TABLES: &[&str] = &["CREATE TABLE facts (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"];

fn open(path: &std::path::Path) -> Result<Store, StoreError> {
    let store = Store::open(&Location::Directory(path.to_owned()))?;
    store.migrate("facts", TABLES)?;
    Ok(store)
}

async fn add(store: &Store, text: &'static str) -> Result<(), StoreError> {
    store
        .write(move |connection| Ok(connection.execute("INSERT INTO facts (text) VALUES (?1)", [text]).map(|_| ())?))
        .await
}

async fn count(store: &Store) -> usize {
    store
        .read::<_, StoreError, _>(|connection| {
            Ok(connection.query_row("SELECT count(*) FROM facts", [], |row| row.get(0))?)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).unwrap();
    futures_join((0..100).map(|_| add(&store, "x")).collect()).await;
    assert_eq!(count(&store).await, 100);
    drop(store);
    assert_eq!(count(&open(directory.path()).unwrap()).await, 100);
}

async fn futures_join(writes: Vec<impl Future<Output = Result<(), StoreError>>>) {
    for write in writes {
        write.await.unwrap();
    }
}

#[tokio::test]
async fn a_write_that_fails_or_panics_leaves_nothing_and_harms_nobody() {
    for store in [Store::open(&Location::Memory).unwrap(), open(tempfile::tempdir().unwrap().path()).unwrap()] {
        store.migrate("facts", TABLES).unwrap();
        let failed = store.write::<(), StoreError, _>(|connection| {
            connection.execute("INSERT INTO facts (text) VALUES ('half')", [])?;
            Err(StoreError::Closed)
        });
        let panicked = store.write::<(), StoreError, _>(|connection| {
            connection.execute("INSERT INTO facts (text) VALUES ('half')", [])?;
            panic!("on purpose")
        });
        let (failed, panicked, good) = tokio::join!(failed, panicked, add(&store, "whole"));
        assert!(matches!(failed, Err(StoreError::Closed)));
        assert!(matches!(panicked, Err(StoreError::Panicked(text)) if text == "on purpose"));
        good.unwrap();
        assert_eq!(count(&store).await, 1);
    }
}

#[test]
fn a_second_owner_is_refused_with_the_first_ones_process() {
    let directory = tempfile::tempdir().unwrap();
    let _first = open(directory.path()).unwrap();
    let Err(StoreError::Locked { holder, .. }) = open(directory.path()) else { panic!("it must be locked") };
    assert_eq!(holder, Some(std::process::id()));
}

#[test]
fn a_damaged_file_is_told_with_its_path_and_a_remedy() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("sluice.db"), "this is no database, ".repeat(100)).unwrap();
    let Err(error) = open(directory.path()) else { panic!("it must be refused") };
    let text = error.to_string();
    assert!(text.contains("sluice.db") && text.contains("sluice reset"), "{text}");
}

#[test]
fn a_directory_of_a_newer_version_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Directory(directory.path().to_owned())).unwrap();
    const LATER: &[&str] = &[TABLES[0], "CREATE TABLE more (id INTEGER) STRICT;"];
    store.migrate("facts", LATER).unwrap();
    assert!(matches!(store.migrate("facts", TABLES), Err(StoreError::Newer { found: 2, known: 1, .. })));
}
