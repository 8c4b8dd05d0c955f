//! Which bucket a host name stands for: `photos.s3.localhost`, `photos.localhost`, `photos.s3.us-east-1.amazonaws.com`.

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

pub(super) struct Hosts;

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let virtual_host = VirtualHost::new(host);
        Ok(match bucket_of(host) {
            Some(bucket) => virtual_host.with_bucket(bucket),
            None => virtual_host,
        })
    }
}

/// The bucket in a host name, where it has one.
pub(super) fn bucket_of(host: &str) -> Option<&str> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bucket = match name.find(".s3.") {
        Some(at) => &name[..at],
        None => name.strip_suffix(".localhost")?,
    };
    (!bucket.is_empty() && bucket != "s3").then_some(bucket)
}

#[cfg(test)]
mod tests {
    use super::bucket_of;

    #[test]
    fn a_bucket_stands_before_s3_or_before_localhost() {
        assert_eq!(bucket_of("photos.s3.localhost:4566"), Some("photos"));
        assert_eq!(bucket_of("photos.localhost:4566"), Some("photos"));
        assert_eq!(bucket_of("my.photos.s3.us-east-1.amazonaws.com"), Some("my.photos"));
        for none in
            ["127.0.0.1:4566", "localhost:4566", "s3.localhost:4566", "s3.us-east-1.amazonaws.com", "sluice.local"]
        {
            assert_eq!(bucket_of(none), None, "{none}");
        }
    }
}
