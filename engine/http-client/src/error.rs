//! Why a request got no answer.

use std::time::Duration;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The address can't be asked.
    #[error("can't ask {0}: an address begins with https:// or http:// and names a host")]
    Address(String),
    /// TLS can't be spoken from here.
    #[error("can't speak TLS: {0}; install the system's certificates, such as the package ca-certificates")]
    Certificates(std::io::Error),
    /// Nobody knows the host.
    #[error("{address} can't be found: {reason}")]
    UnknownHost {
        /// Scheme, host and port.
        address: String,
        /// What the lookup of the name said.
        reason: String,
    },
    /// Nobody answers there, or not in HTTP.
    #[error("{address} does not answer: {reason}")]
    Unreachable {
        /// Scheme, host and port.
        address: String,
        /// The innermost cause.
        reason: String,
    },
    /// The answer took too long.
    #[error("{address} took longer than {} ms to answer", limit.as_millis())]
    Timeout {
        /// Scheme, host and port.
        address: String,
        /// What it had.
        limit: Duration,
    },
    /// The answer is larger than its reader takes.
    #[error("the answer of {address} has more than {limit} bytes")]
    TooLarge {
        /// Scheme, host and port.
        address: String,
        /// What it may have.
        limit: usize,
    },
}
