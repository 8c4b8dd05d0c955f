//! A function's code: which binary it is, or files from an uploaded archive.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::ServiceError;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::ZipArchive;

use crate::error::invalid;

const MAX_UNZIPPED_BYTES: u64 = 262_144_000;

/// Where a function's code is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Code {
    /// The binary of this name: linked into the engine, or prebuilt as `<bootstraps>/<name>/bootstrap`.
    Binary(String),
    /// Files in this directory below that of all code.
    Files(PathBuf),
    /// An object in S3, which isn't read.
    Object { bucket: String, key: String },
}

/// Where unpacked code is.
pub(crate) enum Folder {
    /// In the data directory.
    Kept(PathBuf),
    /// Gone with the process, and not there before the first archive.
    Temporary(OnceLock<TempDir>),
}

impl Folder {
    /// Below the data directory, if there is one.
    pub(crate) fn below(data: Option<&Path>) -> Self {
        data.map_or_else(|| Self::Temporary(OnceLock::new()), |data| Self::Kept(data.join("functions")))
    }

    /// Where files are; `None` while there are none.
    pub(crate) fn files(&self, below: &Path) -> Option<PathBuf> {
        match self {
            Self::Kept(folder) => Some(folder.join(below)),
            Self::Temporary(folder) => Some(folder.get()?.path().join(below)),
        }
    }

    /// Writes a file of the engine's own beside the functions' code, and says where it is.
    pub(crate) fn write(&self, name: &str, text: &str) -> std::io::Result<PathBuf> {
        // No function has a name with a dot.
        let folder = self.path()?.join(".runtime");
        std::fs::create_dir_all(&folder)?;
        let mut fresh = tempfile::NamedTempFile::new_in(&folder)?;
        fresh.write_all(text.as_bytes())?;
        let file = folder.join(name);
        fresh.persist(&file)?;
        Ok(file)
    }

    fn path(&self) -> std::io::Result<&Path> {
        match self {
            Self::Kept(folder) => Ok(folder),
            Self::Temporary(folder) => {
                if folder.get().is_none() {
                    // One that another call made meanwhile stays; this one goes.
                    let _ = folder.set(tempfile::Builder::new().prefix("sluice-functions-").tempdir()?);
                }
                Ok(folder.get().expect("one was set").path())
            }
        }
    }
}

/// Code that was taken in.
pub(crate) struct Stored {
    pub code: Code,
    pub size: u64,
    /// SHA-256 in base64.
    pub sha256: String,
}

/// Takes in the code that `CreateFunction` (in `Code`) or `UpdateFunctionCode` describes; archives are unpacked in `folder`.
///
/// # Errors
/// No code, code of a kind that isn't run here, an archive that can't be unpacked.
pub(crate) async fn store(code: &Value, function: &str, folder: &Folder) -> Result<Stored, ServiceError> {
    if let Some(binary) = code["SluiceBinary"].as_str() {
        if !crate::name::is_valid(binary) {
            return Err(invalid(format!("Code.SluiceBinary is no binary's name: {binary:?}")));
        }
        let sha256 = BASE64_STANDARD.encode(Sha256::digest(binary));
        return Ok(Stored { code: Code::Binary(binary.to_owned()), size: 0, sha256 });
    }
    if let Some(archive) = code["ZipFile"].as_str() {
        let bytes = BASE64_STANDARD.decode(archive).map_err(|_| invalid("Code.ZipFile is not base64"))?;
        let root = folder.path().map_err(|error| {
            ServiceError::server("ServiceException", format!("there is no folder for code: {error}"))
        })?;
        return unpack_below(root.to_owned(), function.to_owned(), bytes).await;
    }
    if code["ImageUri"].is_string() {
        return Err(invalid("sluice does not run functions from container images; give them a zip archive"));
    }
    match (code["S3Bucket"].as_str(), code["S3Key"].as_str()) {
        (Some(bucket), Some(key)) => Ok(Stored {
            code: Code::Object { bucket: bucket.to_owned(), key: key.to_owned() },
            size: 0,
            sha256: BASE64_STANDARD.encode(Sha256::digest(key)),
        }),
        _ => Err(invalid("Please provide a source for function code.")),
    }
}

async fn unpack_below(root: PathBuf, function: String, bytes: Vec<u8>) -> Result<Stored, ServiceError> {
    let unpacked = tokio::task::spawn_blocking(move || {
        let digest = Sha256::digest(&bytes);
        let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let below = Path::new(&function).join(hexadecimal);
        unpack(&bytes, &root.join(&below))?;
        let size = bytes.len() as u64;
        Ok(Stored { code: Code::Files(below), size, sha256: BASE64_STANDARD.encode(digest) })
    });
    unpacked.await.unwrap_or_else(|failure| Err(ServiceError::server("ServiceException", failure.to_string())))
}

fn unpack(bytes: &[u8], directory: &Path) -> Result<(), ServiceError> {
    let unreadable = |_| invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.decompressed_size().is_none_or(|size| size > u128::from(MAX_UNZIPPED_BYTES)) {
        return Err(invalid(format!("Unzipped size must be smaller than {MAX_UNZIPPED_BYTES} bytes")));
    }
    // Into a directory beside it first: a directory of that name is always whole.
    let parent = directory.parent().unwrap_or(directory);
    let refused = |error: std::io::Error| {
        ServiceError::server(
            "ServiceException",
            format!("can't unpack a function's code below {}: {error}", parent.display()),
        )
    };
    std::fs::create_dir_all(parent).map_err(refused)?;
    let fresh = tempfile::tempdir_in(parent).map_err(refused)?;
    archive.extract(fresh.path()).map_err(unreadable)?;
    if !directory.exists() {
        std::fs::rename(fresh.keep(), directory).map_err(refused)?;
    }
    Ok(())
}
