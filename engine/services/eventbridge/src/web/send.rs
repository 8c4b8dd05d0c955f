//! Sending a request with what its connection adds.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::{Connection, Credentials, Draft, Web, WebError};

/// A request that was answered.
pub(crate) struct Sent {
    /// As it was sent.
    pub(crate) request: Draft,
    /// As it was before the connection added anything.
    pub(crate) without_secrets: Draft,
    pub(crate) response: Response<Bytes>,
}

impl Web {
    /// Sends a request. A client whose token isn't taken any more gets a new one and asks once again.
    ///
    /// # Errors
    /// The connection authorizes nobody, or nobody answers.
    pub(crate) async fn send(
        &self,
        connection: &Connection,
        draft: Draft,
        limit: Duration,
        most_bytes: usize,
    ) -> Result<Sent, WebError> {
        let credentials = self.credentials(connection).await?;
        let sent = self.send_once(connection, &credentials, draft.clone(), limit, most_bytes).await?;
        let is_refused = matches!(sent.response.status().as_u16(), 401 | 407);
        if !is_refused || credentials.client_id.is_none() {
            return Ok(sent);
        }
        self.forget_token(&connection.id);
        self.send_once(connection, &credentials, draft, limit, most_bytes).await
    }

    async fn send_once(
        &self,
        connection: &Connection,
        credentials: &Credentials,
        draft: Draft,
        limit: Duration,
        most_bytes: usize,
    ) -> Result<Sent, WebError> {
        let mut request = draft.clone();
        if let Some(parameters) = &credentials.invocation_http_parameters {
            request.add(parameters);
        }
        if credentials.client_id.is_some() {
            let token = self.token(connection, credentials).await?;
            request.set_header("Authorization", &format!("Bearer {token}"));
        } else if let Some((name, value)) = credentials.header() {
            request.set_header(&name, &value);
        }
        let response = self.client.send(request.request()?, limit, most_bytes).await?;
        Ok(Sent { request, without_secrets: draft, response })
    }
}
