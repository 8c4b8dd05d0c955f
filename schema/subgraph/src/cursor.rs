//! The cursor of a connection: where a node stands among all of its owner's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::rejection::Rejection;

/// Where a node stands: `<created at>#<id>`, the sort key of the index. It stays when others come and go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(transparent)]
pub struct Position(String);

/// No index key may be longer.
const BYTES_LIMIT: usize = 1024;

impl Position {
    /// The text in the index.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The cursor that clients see.
    pub fn to_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Reads a cursor that a client gives back.
    ///
    /// # Errors
    /// It is none of this connection.
    pub fn from_cursor(cursor: &str) -> Result<Self, Rejection> {
        let decoded = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded
            .filter(|text| text.len() <= BYTES_LIMIT && is_position(text))
            .map(Self)
            .ok_or_else(|| Rejection::BadInput(format!("not a cursor of this connection: {cursor:?}")))
    }
}

fn is_position(text: &str) -> bool {
    text.split_once('#')
        .is_some_and(|(created_at, id)| !id.is_empty() && created_at.parse::<events::Timestamp>().is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_leads_back_to_its_position(milliseconds in 0_i64..4_000_000_000_000, id in "[0-9a-f-]{1,36}") {
            let created_at = events::Timestamp::from_millis(milliseconds).expect("in range");
            let position = Position(format!("{created_at}#{id}"));
            prop_assert_eq!(Position::from_cursor(&position.to_cursor()), Ok(position));
        }

        #[test]
        fn whatever_else_is_given_for_a_cursor_is_refused(text in "\\PC{0,80}") {
            let refused = Position::from_cursor(&text).is_err();
            prop_assert!(refused);
            let encoded = URL_SAFE_NO_PAD.encode(&text);
            let refused = Position::from_cursor(&encoded).is_err();
            prop_assert!(refused);
        }
    }
}
