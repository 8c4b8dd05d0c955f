//! Names and ARNs of secrets.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>

use service::{Scope, ServiceError};
use uuid::Uuid;

/// Checks the name of a secret that is to be made.
pub(crate) fn check(name: &str) -> Result<(), ServiceError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-/_+=.@!".contains(character);
    if (1..=512).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(ServiceError::validation(
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    ))
}

/// The ARN of a new secret: six random characters behind the name tell it from earlier ones of that name.
pub(crate) fn new_arn(scope: &Scope, name: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut random = Uuid::new_v4().as_u128();
    let suffix: String = (0..6)
        .map(|_| {
            let index = usize::try_from(random % 62).unwrap_or_default();
            random /= 62;
            char::from(ALPHABET[index])
        })
        .collect();
    scope.arn("secretsmanager", format_args!("secret:{name}-{suffix}"))
}

/// The names that a `SecretId` may mean: itself, or that in an ARN with or without the random characters.
pub(crate) fn candidates<'a>(id: &'a str, scope: &Scope) -> Vec<&'a str> {
    let Some(name) = id.strip_prefix(&scope.arn("secretsmanager", "secret:")) else { return vec![id] };
    match name.rsplit_once('-') {
        Some((stem, suffix)) if suffix.len() == 6 => vec![stem, name],
        _ => vec![name],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_means_its_name_with_and_without_the_random_characters() {
        let scope = Scope::default();
        let arn = new_arn(&scope, "team/db");
        assert_eq!(candidates(&arn, &scope)[0], "team/db");
        assert_eq!(candidates("arn:aws:secretsmanager:us-east-1:000000000000:secret:team/db", &scope), ["team/db"]);
        assert_eq!(candidates("team/db-abcdef", &scope), ["team/db-abcdef"]);
    }

    #[test]
    fn a_name_has_the_characters_that_aws_allows() {
        assert!(check("Valid/_+=.@-Name-a1b2c3-").is_ok());
        for bad in ["", "with space", "ü", "a,b", &"x".repeat(513)] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
