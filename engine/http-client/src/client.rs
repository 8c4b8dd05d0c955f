//! The client: connections that are kept, limits for each answer.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Builder, Client as Pool};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::SendError;
use crate::lookup::{Lookup, UnknownHost};

type Http = HttpConnector<Lookup>;
type Https = Pool<HttpsConnector<Http>, Full<Bytes>>;

/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Sends requests; clones share the connections.
#[derive(Clone)]
pub struct Client {
    plain: Pool<Http, Full<Bytes>>,
    /// Made when it is first needed: reading the system's certificates takes a while.
    encrypted: Arc<OnceLock<Https>>,
}

impl Default for Client {
    fn default() -> Self {
        Self { plain: builder().build(connector()), encrypted: Arc::default() }
    }
}

impl Client {
    /// Sends a request, and reads its answer of at most `most_bytes` within `limit`. Real time, whatever the engine's clock
    /// says: the world outside lives in no other.
    ///
    /// # Errors
    /// There is no answer; an answer with a status of failure is one.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        limit: Duration,
        most_bytes: usize,
    ) -> Result<Response<Bytes>, SendError> {
        let address = address(request.uri())?;
        let unreachable = |error: &(dyn Error + 'static)| {
            let (address, cause) = (address.clone(), innermost(error));
            let reason = cause.to_string();
            if cause.is::<UnknownHost>() {
                SendError::UnknownHost { address, reason }
            } else {
                SendError::Unreachable { address, reason }
            }
        };
        let is_encrypted = request.uri().scheme_str() == Some("https");
        let request = request.map(Full::new);
        let exchange = async {
            let sent = if is_encrypted { self.encrypted()?.request(request) } else { self.plain.request(request) };
            let (head, body) = sent.await.map_err(|error| unreachable(&error))?.into_parts();
            match Limited::new(body, most_bytes).collect().await {
                Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
                Err(error) if error.is::<LengthLimitError>() => {
                    Err(SendError::TooLarge { address: address.clone(), limit: most_bytes })
                }
                Err(error) => Err(unreachable(&*error)),
            }
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(SendError::Timeout { address: address.clone(), limit }),
        }
    }

    fn encrypted(&self) -> Result<&Https, SendError> {
        if let Some(ready) = self.encrypted.get() {
            return Ok(ready);
        }
        let encrypting = HttpsConnectorBuilder::new().with_native_roots().map_err(SendError::Certificates)?;
        let mut http = connector();
        http.enforce_http(false);
        let connector = encrypting.https_only().enable_all_versions().wrap_connector(http);
        let pool = builder().build(connector);
        Ok(self.encrypted.get_or_init(|| pool))
    }
}

fn connector() -> Http {
    HttpConnector::new_with_resolver(Lookup::default())
}

fn builder() -> Builder {
    let mut builder = Pool::builder(TokioExecutor::new());
    builder.pool_idle_timeout(IDLE).pool_timer(TokioTimer::new());
    builder
}

/// Scheme, host and port.
fn address(uri: &Uri) -> Result<String, SendError> {
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority)) => Ok(format!("{scheme}://{authority}")),
        _ => Err(SendError::Address(uri.to_string())),
    }
}

/// What libraries wrap says less than what they wrapped.
fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}
