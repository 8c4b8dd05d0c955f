//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The project's root: where `cargo run` says that this package is. What was compiled in may be another checkout, where two share
/// a target directory.
pub(crate) fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&xtask).parent().expect("xtask lies in the root").to_owned()
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Python tools that the checks use, apart from the system's own.
pub(crate) fn venv() -> PathBuf {
    target().join("tools").join("python")
}

/// The material that some checks use when it lies beside the project; the product does without it.
pub(crate) fn shared() -> Option<PathBuf> {
    let shared = root().parent()?.join("shared");
    shared.is_dir().then_some(shared)
}

/// Whether a program is on the PATH.
pub(crate) fn has(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// What every build that has `sluice` in it is given, so that nothing is compiled twice: the assembly of AVIF's encoder where it can
/// be built, which on x86-64 takes nasm.
pub(crate) fn features() -> &'static [&'static str] {
    if cfg!(target_arch = "x86_64") && !has("nasm") { &[] } else { &["--features", "sluice/assembly"] }
}
