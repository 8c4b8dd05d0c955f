//! Why a request of a connection got no answer.

use http_client::SendError;
use service::ServiceError;

/// Why a request of a connection got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// Nobody has authorized the connection, or somebody took it back.
    #[error("the connection {name} is not authorized: {reason}")]
    NotAuthorized {
        /// The connection's name.
        name: String,
        /// Why it isn't.
        reason: String,
    },
    /// Its secret can't be read.
    #[error("the secret of the connection {name} can't be read: {error}")]
    Secret {
        /// The connection's name.
        name: String,
        /// What Secrets Manager said.
        error: ServiceError,
    },
    /// What is to be sent is no HTTP request.
    #[error("no request can be made to {endpoint}: {error}")]
    Malformed {
        /// The address.
        endpoint: String,
        /// What isn't right.
        error: http::Error,
    },
    /// Nobody answered.
    #[error(transparent)]
    Send(#[from] SendError),
}
