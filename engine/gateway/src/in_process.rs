//! An HTTP client for the AWS SDK that hands requests to the AWS endpoint without a socket.

use std::fmt;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use service::Scope;

use crate::AwsEndpoint;

/// An HTTP client for the AWS SDK that hands requests to an [`AwsEndpoint`] without a socket: serialised, signed and
/// parsed as over the wire.
#[derive(Clone)]
pub struct InProcess {
    endpoint: AwsEndpoint,
    /// What URLs that clients presign begin with.
    address: String,
}

impl InProcess {
    /// The client of this endpoint.
    pub fn new(endpoint: AwsEndpoint) -> Self {
        Self { endpoint, address: "http://sluice.local".to_owned() }
    }

    /// The same, whose clients presign URLs that lead to where the endpoint listens (`http://127.0.0.1:4566`).
    #[must_use]
    pub fn listening_at(self, address: impl Into<String>) -> Self {
        Self { address: address.into(), ..self }
    }

    /// An SDK configuration whose clients call this endpoint, in the region of `scope`.
    pub fn sdk_config(&self, scope: &Scope) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(scope.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "sluice", "sluice", None, None, "sluice",
            )))
            .endpoint_url(&self.address)
            .http_client(self.clone())
            .build()
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let endpoint = self.endpoint.clone();
        HttpConnectorFuture::new(async move {
            let refused = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
            let (head, body) = request.try_into_http1x().map_err(|error| refused(error.into()))?.into_parts();
            let body = body.collect().await.map_err(refused)?.to_bytes();
            let response = endpoint.answer(http::Request::from_parts(head, body)).await;
            HttpResponse::try_from(response.map(SdkBody::from)).map_err(|error| refused(error.into()))
        })
    }
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InProcess")
    }
}
