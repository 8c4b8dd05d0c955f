//! Addresses that clients get variants from: signed, each for one object and a while.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::presigning::PresigningConfig;
use function::{Context, MissingSetting};
use subgraph::rejection::Rejection;

/// How long an address is good for: long enough to play a film that was begun at once.
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// The bucket of variants, for whose objects addresses are signed; nothing is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    client: Client,
    bucket: String,
}

impl Addresses {
    /// In the bucket that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let config = Builder::from(&context.aws).force_path_style(true).build();
        Ok(Self { client: Client::from_conf(config), bucket: context.settings.require("MEDIA_BUCKET")? })
    }

    /// Where to get the object from.
    pub(crate) async fn of(&self, key: &str) -> Result<String, Rejection> {
        let expiry = PresigningConfig::expires_in(GOOD_FOR).expect("S3 allows a week");
        let signed = self.client.get_object().bucket(&self.bucket).key(key).presigned(expiry).await;
        signed.map(|request| request.uri().to_owned()).map_err(|error| {
            tracing::error!(key, error = %DisplayErrorContext(&error), "an address can't be signed");
            Rejection::Unavailable { service: "the store of variants" }
        })
    }
}
