//! The name of an uploaded file.

use crate::MediaError;

/// How many characters a file name may have.
const LIMIT: usize = 255;

/// How many characters of it the object's key takes over.
const KEY_LIMIT: usize = 100;

/// The name of an uploaded file, without folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Reads a file name of 1 to 255 characters; of a path, the last part counts.
    ///
    /// # Errors
    /// [`MediaError::InvalidFileName`].
    pub fn parse(text: &str) -> Result<Self, MediaError> {
        let name = text.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        let characters = name.chars().count();
        if characters == 0 || characters > LIMIT || name.chars().any(char::is_control) || name == "." || name == ".." {
            return Err(MediaError::InvalidFileName { file_name: text.chars().take(LIMIT).collect() });
        }
        Ok(Self(name.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What of it may be part of a key: letters and digits of ASCII, `.`, `_` and `-`, the end rather than the beginning.
    pub fn for_key(&self) -> String {
        let safe = |character: char| {
            if character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-') { character } else { '-' }
        };
        let name: Vec<char> = self.0.chars().map(safe).collect();
        name[name.len().saturating_sub(KEY_LIMIT)..].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_no_part_of_it() {
        for text in ["../../lake.jpg", r"C:\photos\lake.jpg", "lake.jpg"] {
            assert_eq!(FileName::parse(text).map(|name| name.0), Ok("lake.jpg".to_owned()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_refused() {
        for text in ["", "  ", "..", "photos/", "a\nb.jpg", &"a".repeat(256)] {
            assert!(matches!(FileName::parse(text), Err(MediaError::InvalidFileName { .. })), "{text:?}");
        }
    }

    #[test]
    fn the_key_takes_only_what_needs_no_escaping() {
        assert_eq!(
            FileName::parse("Zürich am See?.jpg").map(|name| name.for_key()),
            Ok("Z-rich-am-See-.jpg".to_owned())
        );
        assert_eq!(FileName::parse(&format!("{}.jpg", "a".repeat(200))).map(|name| name.for_key().len()), Ok(100));
    }
}
