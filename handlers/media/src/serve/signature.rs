//! Signed addresses: HMAC-SHA256 over the path, in base64 for URLs, with a key of Secrets Manager.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use function::{Context, MissingSetting};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tokio::sync::Mutex;

use crate::MediaError;
use crate::records::unavailable;

/// How long keys are kept before they are read again.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// The signature of `path`, to be appended to it as `,s=…`.
///
/// ```
/// let path = "/media/0192d1f4-2a52-7c55-b3f5-0f5a8e0f6a11/w=640,h=480,fit=cover";
/// assert_eq!(media::serve::sign(b"key", path), "zQV4TmzJmnFHXJLNkpAuXfGjRil8mdWpbnUj3vS7l2I");
/// ```
pub fn sign(key: &[u8], path: &str) -> String {
    URL_SAFE_NO_PAD.encode(mac(key, path).finalize().into_bytes())
}

fn is_signed(key: &[u8], path: &str, signature: &str) -> bool {
    // Compares in a time that tells nothing.
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|given| mac(key, path).verify_slice(&given).is_ok())
}

fn mac(key: &[u8], path: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(path.as_bytes());
    mac
}

/// The keys that addresses are signed with: the present one and the one before, so that a rotation breaks no page.
#[derive(Clone, Debug)]
pub(super) struct SigningKeys {
    client: Client,
    secret: String,
    known: Arc<Mutex<Option<Known>>>,
}

/// The keys as they were read.
#[derive(Debug)]
struct Known {
    at: Instant,
    keys: Vec<String>,
}

impl SigningKeys {
    /// The secret that the function's settings name.
    pub(super) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let secret = context.settings.require("MEDIA_SIGNING_SECRET")?;
        Ok(Self { client: Client::new(&context.aws), secret, known: Arc::default() })
    }

    /// Whether one of the keys signed `path` so.
    pub(super) async fn signed(&self, path: &str, signature: &str) -> Result<bool, MediaError> {
        let mut known = self.known.lock().await;
        let keys = match &*known {
            Some(known) if known.at.elapsed() < FRESH => known.keys.clone(),
            _ => {
                let keys = self.read().await?;
                *known = Some(Known { at: Instant::now(), keys: keys.clone() });
                keys
            }
        };
        Ok(keys.iter().any(|key| is_signed(key.as_bytes(), path, signature)))
    }

    async fn read(&self) -> Result<Vec<String>, MediaError> {
        let mut keys = Vec::new();
        for stage in ["AWSCURRENT", "AWSPREVIOUS"] {
            match self.client.get_secret_value().secret_id(&self.secret).version_stage(stage).send().await {
                Ok(answer) => keys.extend(answer.secret_string),
                // Before the first rotation there is no key before the present one.
                Err(error) if stage == "AWSPREVIOUS" && error.code() == Some("ResourceNotFoundException") => {}
                Err(error) => return Err(unavailable(&format!("the secret {}", self.secret), &error)),
            }
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_one_path_and_one_key() {
        let signature = sign(b"key", "/media/1/w=640");
        assert!(is_signed(b"key", "/media/1/w=640", &signature));
        assert!(!is_signed(b"key", "/media/1/w=641", &signature));
        assert!(!is_signed(b"other", "/media/1/w=640", &signature));
    }

    #[test]
    fn what_is_no_signature_is_none() {
        for signature in ["", "abc", "ä", &sign(b"key", "/media/1/w=640")[..42]] {
            assert!(!is_signed(b"key", "/media/1/w=640", signature), "{signature}");
        }
    }
}
