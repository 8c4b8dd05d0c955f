//! GetRandomPassword.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use crate::error;

const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const MAX_LENGTH: usize = 4096;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct GetRandomPassword {
    password_length: usize,
    exclude_characters: String,
    exclude_numbers: bool,
    exclude_punctuation: bool,
    exclude_uppercase: bool,
    exclude_lowercase: bool,
    include_space: bool,
    require_each_included_type: bool,
}

impl Default for GetRandomPassword {
    fn default() -> Self {
        Self {
            password_length: 32,
            exclude_characters: String::new(),
            exclude_numbers: false,
            exclude_punctuation: false,
            exclude_uppercase: false,
            exclude_lowercase: false,
            include_space: false,
            require_each_included_type: true,
        }
    }
}

impl GetRandomPassword {
    pub(crate) fn run(&self) -> Result<Value, ServiceError> {
        let types: Vec<Vec<char>> = [
            (LOWERCASE, !self.exclude_lowercase),
            (UPPERCASE, !self.exclude_uppercase),
            (DIGITS, !self.exclude_numbers),
            (PUNCTUATION, !self.exclude_punctuation),
            (" ", self.include_space),
        ]
        .into_iter()
        .filter(|(_, included)| *included)
        .map(|(all, _)| all.chars().filter(|one| !self.exclude_characters.contains(*one)).collect::<Vec<char>>())
        .filter(|characters| !characters.is_empty())
        .collect();
        let all = types.concat();
        let length = self.password_length;
        if all.is_empty() {
            return Err(error::invalid_request("There are no characters left to make a password of."));
        }
        if !(1..=MAX_LENGTH).contains(&length) {
            return Err(error::invalid_parameter(format!(
                "1 validation error detected: Value '{length}' at 'passwordLength' failed to satisfy constraint: Member \
                 must have value between 1 and {MAX_LENGTH}"
            )));
        }
        let required = if self.require_each_included_type { types.len() } else { 0 };
        if length < required {
            let message = format!("Password length {length} is too short based on the required types.");
            return Err(error::invalid_parameter(message));
        }
        let mut random = Random::default();
        let mut password: Vec<char> = types.iter().take(required).map(|kind| kind[random.below(kind.len())]).collect();
        password.extend((required..length).map(|_| all[random.below(all.len())]));
        for last in (1..password.len()).rev() {
            password.swap(last, random.below(last + 1));
        }
        Ok(json!({ "RandomPassword": password.into_iter().collect::<String>() }))
    }
}

/// Random bytes of the operating system's, by way of random UUIDs.
#[derive(Default)]
struct Random(Vec<u8>);

impl Random {
    /// A number below `end`, each as likely as the others.
    fn below(&mut self, end: usize) -> usize {
        // Larger bounds only come up while shuffling: two bytes do for those.
        let (span, draw): (usize, fn(&mut Self) -> usize) =
            if end <= 256 { (256, Self::byte) } else { (65_536, |this| this.byte() * 256 + this.byte()) };
        loop {
            let drawn = draw(self);
            // What is left over at the end would make small numbers more likely.
            if drawn < span - span % end {
                return drawn % end;
            }
        }
    }

    fn byte(&mut self) -> usize {
        if self.0.is_empty() {
            let bytes = Uuid::new_v4().into_bytes();
            // The seventh and the ninth tell the kind of UUID.
            self.0.extend(bytes.iter().enumerate().filter(|(index, _)| !matches!(index, 6 | 8)).map(|(_, byte)| byte));
        }
        usize::from(self.0.pop().expect("bytes were added"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(input: Value) -> Result<String, ServiceError> {
        let request: GetRandomPassword = serde_json::from_value(input).expect("valid");
        Ok(request.run()?["RandomPassword"].as_str().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_password_has_each_included_type_and_nothing_excluded() {
        for _ in 0..100 {
            let made = password(json!({"PasswordLength": 4, "ExcludeCharacters": "abc"})).expect("made");
            assert_eq!(made.chars().count(), 4);
            for kind in [LOWERCASE, UPPERCASE, DIGITS, PUNCTUATION] {
                assert!(made.contains(|one| kind.contains(one)), "{made}");
            }
            assert!(!made.contains(['a', 'b', 'c']), "{made}");
        }
        let digits = json!({
            "ExcludeLowercase": true, "ExcludeUppercase": true, "ExcludePunctuation": true, "PasswordLength": 1000,
        });
        let made = password(digits).expect("made");
        assert!(made.len() == 1000 && made.bytes().all(|byte| byte.is_ascii_digit()));
    }

    #[test]
    fn a_length_that_can_not_be_is_refused() {
        let refused = password(json!({"PasswordLength": 3})).expect_err("too short");
        assert_eq!(refused.message, "Password length 3 is too short based on the required types.");
        for length in [0, 4097] {
            assert_eq!(
                password(json!({"PasswordLength": length})).expect_err("refused").code,
                "InvalidParameterException"
            );
        }
    }
}
