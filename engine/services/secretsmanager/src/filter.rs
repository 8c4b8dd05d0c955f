//! The filters of ListSecrets and BatchGetSecretValue.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html>

use serde::Deserialize;
use service::ServiceError;

use crate::error;
use crate::secret::Secret;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Filter {
    #[serde(default)]
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

impl Filter {
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        match self.key.as_str() {
            "all" | "description" | "name" | "owning-service" | "primary-region" | "tag-key" | "tag-value"
                if !self.values.is_empty() =>
            {
                Ok(())
            }
            "" => Err(error::invalid_parameter("Invalid filter key")),
            _ if self.values.is_empty() => {
                Err(error::invalid_parameter(format!("Invalid filter values for key: {}", self.key)))
            }
            key => Err(ServiceError::validation(format!(
                "1 validation error detected: Value '{key}' at 'filters.1.member.key' failed to satisfy constraint: Member \
                 must satisfy enum value set: [all, name, tag-key, description, tag-value]"
            ))),
        }
    }

    /// Whether one of the values fits the secret. A value with `!` before it fits what it would not fit without.
    pub(crate) fn takes(&self, secret: &Secret) -> bool {
        self.values.iter().any(|value| match value.strip_prefix('!') {
            Some(value) => !self.fits(secret, value),
            None => self.fits(secret, value),
        })
    }

    fn fits(&self, secret: &Secret, value: &str) -> bool {
        let begins = |text: &str| text.starts_with(value);
        let has_word = |text: &str| {
            let words = text.to_lowercase();
            words.split([' ', '/', '_', '+', '=', '.', '@', '-']).any(|word| word.starts_with(&value.to_lowercase()))
                || words.starts_with(&value.to_lowercase())
        };
        match self.key.as_str() {
            "name" => begins(&secret.name),
            "description" => secret.description.as_deref().is_some_and(has_word),
            "tag-key" => secret.tags.keys().any(|key| begins(key)),
            "tag-value" => secret.tags.values().any(|own| begins(own)),
            "all" => {
                has_word(&secret.name)
                    || secret.description.as_deref().is_some_and(has_word)
                    || secret.tags.iter().any(|(key, own)| has_word(key) || has_word(own))
            }
            // Secrets here are owned by nobody else, and have no replicas.
            _ => false,
        }
    }
}
