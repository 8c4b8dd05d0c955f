//! The rule for titles.

use serde::{Deserialize, Serialize};

use crate::TodoError;

/// How many characters a title may have.
pub const TITLE_LIMIT: usize = 200;

/// A line of 1 to [`TITLE_LIMIT`] characters without control characters, white space around it removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Title(String);

impl Title {
    /// Reads a title.
    ///
    /// # Errors
    /// [`TodoError::TitleEmpty`], [`TodoError::TitleTooLong`], [`TodoError::TitleInvalid`].
    pub fn parse(text: &str) -> Result<Self, TodoError> {
        let title = text.trim();
        let characters = title.chars().count();
        if characters == 0 {
            return Err(TodoError::TitleEmpty);
        }
        if characters > TITLE_LIMIT {
            return Err(TodoError::TitleTooLong { characters });
        }
        match title.chars().find(|character| character.is_control()) {
            Some(character) => Err(TodoError::TitleInvalid { character }),
            None => Ok(Self(title.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert!(Title::parse(&"ß".repeat(200)).is_ok());
        assert_eq!(Title::parse(&"ß".repeat(201)), Err(TodoError::TitleTooLong { characters: 201 }));
    }

    #[test]
    fn nothing_but_white_space_is_empty() {
        for text in ["", " ", "\n\t", "\u{2003}"] {
            assert_eq!(Title::parse(text), Err(TodoError::TitleEmpty), "{text:?}");
        }
    }

    #[test]
    fn a_control_character_inside_is_named() {
        let error = Title::parse("a\u{7}b").expect_err("a bell");
        assert_eq!(error.to_string(), "the title contains a control character; remove it: U+0007");
    }

    proptest! {
        #[test]
        fn an_accepted_title_obeys_every_rule_and_is_accepted_unchanged_again(text in ".{0,260}|\\PC{0,260}") {
            if let Ok(title) = Title::parse(&text) {
                prop_assert_eq!(title.as_str(), text.trim());
                prop_assert!((1..=TITLE_LIMIT).contains(&title.as_str().chars().count()));
                prop_assert!(!title.as_str().chars().any(char::is_control));
                prop_assert_eq!(Title::parse(title.as_str()), Ok(title));
            }
        }

        #[test]
        fn printable_text_within_the_limit_is_accepted_whatever_surrounds_it(text in "[a-zäöü🦀]{1,200}", around in "[ \\t\\n]{0,5}") {
            let surrounded = format!("{around}{text}{around}");
            prop_assert!(Title::parse(&surrounded).is_ok());
        }
    }
}
