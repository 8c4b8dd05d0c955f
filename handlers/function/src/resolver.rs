//! Names that no DNS server knows: the SDK puts a prefix before the host of some operations (`sync-` for
//! `StartSyncExecution`), also where the host is one machine's address.

use std::net::IpAddr;

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};

/// Resolves `sync-127.0.0.1` and `sync-localhost` to that machine, and everything else as the operating system does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver;

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            let host = without_prefix(name).unwrap_or(name);
            let addresses = tokio::net::lookup_host((host, 0)).await.map_err(ResolveDnsError::new)?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

/// The host behind the prefix, where it is an address or `localhost`: names of AWS are resolved as they are.
fn without_prefix(name: &str) -> Option<&str> {
    let (_, host) = name.split_once('-')?;
    (host == "localhost" || host.parse::<IpAddr>().is_ok()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_prefix_before_an_address_is_no_part_of_the_name() {
        for name in ["sync-127.0.0.1", "sync-localhost", "127.0.0.1"] {
            let addresses = Resolver.resolve_dns(name).await.expect("resolved");
            assert!(!addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback), "{name}: {addresses:?}");
        }
    }

    #[test]
    fn names_that_dns_knows_are_left_alone() {
        for name in ["sync-states.us-east-1.amazonaws.com", "my-host.example", "localhost", "a-b-localhost"] {
            assert_eq!(without_prefix(name), None, "{name}");
        }
    }
}
