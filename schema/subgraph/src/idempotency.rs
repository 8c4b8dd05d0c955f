//! Names for executions.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long the name of an execution may be.
const NAME_LIMIT: usize = 80;

/// The caller's key, or one that nobody else has.
pub fn key_or_new(key: Option<String>) -> String {
    key.unwrap_or_else(|| Uuid::new_v4().to_string())
}

/// The name of the execution that carries out the request with this key: the key itself if it may be a name, else its
/// hash. The same key always has the same name.
///
/// Rules: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html>
pub fn execution_name(key: &str) -> String {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=NAME_LIMIT).contains(&key.len()) && key.bytes().all(allowed) {
        return key.to_owned();
    }
    let hash: String = Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{hash}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_that_may_be_a_name_is_the_name() {
        assert_eq!(execution_name("buy-milk_1"), "buy-milk_1");
        assert_eq!(execution_name(&"k".repeat(80)), "k".repeat(80));
    }

    #[test]
    fn other_keys_are_named_by_their_hash() {
        let name = "sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(execution_name(""), name);
        assert_ne!(execution_name("a b"), execution_name("a  b"));
    }

    proptest! {
        #[test]
        fn every_key_has_a_name_that_step_functions_takes(key in ".{0,300}") {
            let name = execution_name(&key);
            prop_assert!((1..=80).contains(&name.len()));
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(&name, &execution_name(&key));
        }
    }
}
