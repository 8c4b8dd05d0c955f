//! ffmpeg and ffprobe: finding, telling and reading them.

mod arguments;
mod audio;
mod child;
mod codecs;
mod probe;
mod source;
mod video;

use std::ffi::OsString;
use std::path::PathBuf;

use ::service::ServiceError;

pub(crate) use arguments::{Inputs, Made, arguments};
pub(crate) use child::Progress;
pub(crate) use source::Source;

/// Where ffmpeg and ffprobe are looked for, at each use: who installs them need not start the engine again.
#[derive(Clone, Debug)]
pub struct Programs {
    path: Option<OsString>,
}

impl Programs {
    /// Those in the folders of `PATH`.
    pub fn on_path() -> Self {
        Self { path: std::env::var_os("PATH") }
    }

    /// Those in the folders of `path`, which has the form of `PATH`.
    pub fn within(path: impl Into<OsString>) -> Self {
        Self { path: Some(path.into()) }
    }

    /// Whether both are there.
    pub fn are_there(&self) -> bool {
        self.find("ffmpeg").is_some() && self.find("ffprobe").is_some()
    }

    /// The error that says what to install, where one is missing.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        if self.are_there() {
            return Ok(());
        }
        // Neither a fault of the input nor one that passes: it is told apart from both.
        let message = "sluice transcodes with ffmpeg, which is not on this machine: install ffmpeg and ffprobe \
                       (`sudo apt-get install ffmpeg`, `brew install ffmpeg`) and try again";
        Err(ServiceError::client("ForbiddenException", message).with_status(403))
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        let folders = std::env::split_paths(self.path.as_ref()?);
        folders.map(|folder| folder.join(program)).find(|file| file.is_file())
    }
}
