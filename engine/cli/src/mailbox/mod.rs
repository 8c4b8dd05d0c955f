//! What the stack sent, at its addresses: mail and pushes as JSON for programs, and a page for people.

mod files;
mod json;
mod page;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use service::ServiceError;
use ses::Mailbox;
use sns::Pushes;

/// What was sent.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) mail: Mailbox,
    pub(crate) pushes: Pushes,
}

impl Sent {
    /// What programs ask: `sluice mail` does, at the AWS address.
    pub(crate) fn data(&self) -> Router {
        Router::new()
            .route("/_sluice/mail", get(json::letters).delete(json::empty_mail))
            .route("/_sluice/mail/{id}", get(json::letter))
            .route("/_sluice/mail/{id}/raw", get(files::raw))
            .route("/_sluice/mail/{id}/html", get(files::html))
            .route("/_sluice/mail/{id}/files/{number}", get(files::file))
            .route("/_sluice/pushes", get(json::pushes).delete(json::empty_pushes))
            .with_state(self.clone())
    }

    /// The same with the page, for the web address.
    pub(crate) fn pages(&self) -> Router {
        let pages = Router::new()
            .route("/_sluice/mailbox", get(page::mailbox))
            .route("/_sluice/mailbox/{id}", get(page::letter))
            .with_state(self.clone());
        self.data().merge(pages)
    }
}

/// Why there is no answer.
enum Refusal {
    /// Nothing of that name was sent, or several begin so.
    Unknown,
    /// The store can't be read.
    Fault(ServiceError),
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self::Fault(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown => (StatusCode::NOT_FOUND, "nothing that was sent has this id, or several begin so\n"),
            Self::Fault(error) => {
                tracing::error!(%error, "what was sent can't be read");
                (StatusCode::INTERNAL_SERVER_ERROR, "what was sent can't be read; the log says why\n")
            }
        }
        .into_response()
    }
}
