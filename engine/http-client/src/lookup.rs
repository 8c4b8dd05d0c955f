//! Host names, and which of them nobody knows: an error of its own, since asking again does not mend it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use tower::Service;

/// Looks host names up as the system does.
#[derive(Clone)]
pub(crate) struct Lookup(GaiResolver);

/// No address was found for a host.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UnknownHost(io::Error);

impl Default for Lookup {
    fn default() -> Self {
        Self(GaiResolver::new())
    }
}

impl Service<Name> for Lookup {
    type Response = GaiAddrs;
    type Error = UnknownHost;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, UnknownHost>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), UnknownHost>> {
        self.0.poll_ready(context).map_err(UnknownHost)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let addresses = self.0.call(name);
        Box::pin(async move { addresses.await.map_err(UnknownHost) })
    }
}
