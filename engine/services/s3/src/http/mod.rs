//! The wire: what happens to a request before `s3s` reads it, and to its answer afterwards.

mod access;
mod admission;
mod chunked;
mod cors;
mod credential;
mod failure;
mod form;
mod host;
mod incoming;
mod presigned;
mod sent;
mod signature;
#[cfg(test)]
mod vectors;

use std::net::SocketAddr;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error, S3Result};
use uuid::Uuid;

use credential::Verifier;
pub(crate) use sent::{Details, Sent, Trusted};

use crate::service::S3;
use crate::storage::Storage;

/// The service that reads requests and writes answers.
pub(crate) fn wire(storage: Storage) -> S3Service {
    let account = storage.platform.scope.account.clone();
    let mut builder = S3ServiceBuilder::new(storage);
    builder.set_auth(access::Keys);
    builder.set_access(access::Access { account });
    builder.set_host(host::Hosts);
    builder.set_validation(access::Names);
    builder.build()
}

impl S3 {
    /// Answers a request of S3's REST API; path style and virtual-hosted, with or without a signature.
    ///
    /// Signatures in headers are not verified, as nowhere in the engine. Those of presigned URLs and forms are: they are
    /// promises about one request. An access key's secret is the key itself (`sluice` signs with `sluice`).
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        s3s::StdError: From<B::Error>,
    {
        let request_id = Uuid::new_v4().simple().to_string()[..16].to_ascii_uppercase();
        let (head, body) = request.into_parts();
        let is_head = head.method == Method::HEAD;
        let resource = head.uri.path().to_owned();
        let asked = cors::Asked::of(&head);
        let sent = Sent {
            request_id: request_id.clone(),
            source_address: head.extensions.get::<SocketAddr>().map(|address| address.ip().to_string()),
            ..Sent::default()
        };
        let details = sent.details.clone();
        let body = Body::http_body_unsync(body);
        let answered = if head.method == Method::OPTIONS {
            Ok(self.preflight(&asked).await)
        } else if let Some(bucket) = form::bucket_of(&head) {
            self.take_form(&head, body, sent, &bucket).await
        } else {
            self.take(head, body, sent).await
        };
        let mut response = answered.unwrap_or_else(answer_of);
        let status = response.status();
        if status.is_client_error() || status.is_server_error() || status == StatusCode::NOT_MODIFIED {
            let told = failure::Told { resource: &resource, request_id: &request_id, details: details.take(), is_head };
            response = failure::spell_out(response, told).await;
        }
        self.allow_origin(&asked, response.headers_mut()).await;
        let headers = response.headers_mut();
        headers.insert("x-amz-request-id", HeaderValue::from_str(&request_id).expect("hexadecimal digits"));
        headers.insert("x-amz-id-2", HeaderValue::from_static(failure::HOST_ID));
        headers.insert(http::header::SERVER, HeaderValue::from_static("AmazonS3"));
        response
    }

    async fn take(&self, mut head: Parts, body: Body, sent: Sent) -> S3Result<Response<Body>> {
        let details = sent.details.clone();
        let body = admission::admit(&mut head, body, sent, &self.verifier(&details))?;
        Ok(self.pass_on(Request::from_parts(head, body)).await)
    }

    fn verifier<'a>(&'a self, details: &'a Details) -> Verifier<'a> {
        let region = &self.storage.platform.scope.region;
        Verifier { now: self.storage.now(), region, secret: access::secret_of, details }
    }

    async fn pass_on(&self, request: Request<Body>) -> Response<Body> {
        match self.wire.call(request).await {
            Ok(response) => response,
            Err(failure) => {
                let failure: s3s::StdError = failure.into();
                tracing::error!(%failure, "a request of S3 failed inside sluice");
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }
}

/// An error as an answer.
pub(crate) fn answer_of(error: S3Error) -> Response<Body> {
    error.to_http_response().unwrap_or_else(|_| Response::new(Body::empty()))
}
