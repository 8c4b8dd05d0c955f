//! Binding an address and serving a router until told to stop.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests that are under way may take to end once the engine stops.
const GRACE: Duration = Duration::from_secs(5);

/// An address can't be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process listens there.
    #[error(
        "{address} is taken by another process; stop it, or choose another address with `{flag}` (port 0 takes a free one)"
    )]
    Taken {
        /// The address.
        address: SocketAddr,
        /// The flag that changes it.
        flag: &'static str,
    },
    /// The operating system refuses for another reason.
    #[error("can't listen on {address} (set by `{flag}`): {source}")]
    Refused {
        /// The address.
        address: SocketAddr,
        /// The flag that changes it.
        flag: &'static str,
        /// Its reason.
        source: std::io::Error,
    },
}

/// Listens on `address`, which `flag` of the command line sets.
///
/// # Errors
/// The address is taken, or the operating system refuses it.
pub async fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => ServeError::Taken { address, flag },
        _ => ServeError::Refused { address, flag, source },
    })
}

/// Where clients on this machine find who listens at `address`: no URL can name every interface, and the loopback is one of them.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Serves `router` until `shutdown`; requests that are under way then have five seconds to end.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    let listener = listener.tap_io(|stream| {
        // Small answers leave at once. A socket that refuses is closed already.
        let _ = stream.set_nodelay(true);
    });
    let stopped = shutdown.clone();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move { shutdown.cancelled().await });
    let too_late = async {
        stopped.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        // Accepting retries by itself and never ends in an error.
        _ = serving => {}
        () = too_late => tracing::warn!("requests were still under way when the engine stopped"),
    }
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn who_listens_on_every_interface_is_found_on_the_loopback() {
        for (listens, found) in [
            ("0.0.0.0:4566", "127.0.0.1:4566"),
            ("[::]:4566", "[::1]:4566"),
            ("127.0.0.1:4566", "127.0.0.1:4566"),
            ("192.0.2.7:80", "192.0.2.7:80"),
        ] {
            assert_eq!(listens.parse().map(reachable), found.parse());
        }
    }
}
