//! The wire: what happens to a request before `s3s` reads it, and to its answer afterwards.

mod access;
mod admission;
mod chunked;
mod cors;
mod failure;
mod host;
mod sent;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error};
use uuid::Uuid;

pub(crate) use sent::{Sent, Trusted};

use crate::service::S3;
use crate::storage::Storage;

/// The service that reads requests and writes answers.
pub(crate) fn wire(storage: Storage) -> S3Service {
    let mut builder = S3ServiceBuilder::new(storage);
    builder.set_auth(access::Keys);
    builder.set_access(access::Access);
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
        let (mut head, body) = request.into_parts();
        let is_head = head.method == Method::HEAD;
        let resource = head.uri.path().to_owned();
        let asked = cors::Asked::of(&head);
        let mut response = if head.method == Method::OPTIONS {
            self.preflight(&asked).await
        } else {
            match admission::admit(&mut head, Body::http_body_unsync(body), &request_id) {
                Ok(body) => self.pass_on(Request::from_parts(head, body)).await,
                Err(refused) => answer_of(refused),
            }
        };
        if response.status().as_u16() >= 300 {
            response = failure::spell_out(response, &resource, &request_id, is_head).await;
        }
        self.allow_origin(&asked, response.headers_mut()).await;
        let headers = response.headers_mut();
        headers.insert("x-amz-request-id", HeaderValue::from_str(&request_id).expect("hexadecimal digits"));
        headers.insert("x-amz-id-2", HeaderValue::from_static(failure::HOST_ID));
        headers.insert(http::header::SERVER, HeaderValue::from_static("AmazonS3"));
        response
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
