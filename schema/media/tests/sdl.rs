//! The committed SDL is that of the resolvers.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

#[test]
fn the_committed_sdl_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(&path, media_schema::sdl()).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == media_schema::sdl(),
        "{} is stale; run: UPDATE_SCHEMAS=1 cargo test -p media-schema --test sdl",
        path.display()
    );
}
