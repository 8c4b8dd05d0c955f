//! What the engine knows of a request beside what `s3s` reads.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;

use crate::checksum::{Algorithm, Sums};

/// Marks a request that needs no verified signature: it comes from inside the engine, has one in its header, or one that
/// was verified before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trusted;

/// How a request was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// What the signature says of the body: SHA-256 in hexadecimal.
    pub(crate) sha256: Option<String>,
    /// Headers that came behind the body, once it is read.
    pub(crate) trailers: Arc<Mutex<HeaderMap>>,
    pub(crate) request_id: String,
    pub(crate) source_address: Option<String>,
    /// Whether a browser's form became this request.
    pub(crate) is_form: bool,
    pub(crate) details: Details,
}

impl Sent {
    /// The checksums that came behind the body.
    pub(crate) fn trailing_sums(&self) -> Sums {
        let trailers = self.trailers.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = |algorithm: Algorithm| Some((algorithm, trailers.get(algorithm.header())?.to_str().ok()?.to_owned()));
        Algorithm::ALL.into_iter().filter_map(sum).collect()
    }
}

/// The elements that an error has beside its code and text: `ArgumentName`, `MaxSizeAllowed` and the like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Details {
    pub(crate) fn add(&self, name: &'static str, value: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((name, value.into()));
    }

    /// The argument that an error is about.
    pub(crate) fn argument(&self, name: impl Into<String>, value: impl Into<String>) {
        self.add("ArgumentName", name);
        self.add("ArgumentValue", value);
    }

    pub(crate) fn take(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
