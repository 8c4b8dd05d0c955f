//! Where in the order of events something is, and the tokens that carry it.

use service::ServiceError;

use crate::error::invalid;

/// The place of an event: by its time, then in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// Milliseconds since the epoch.
    pub(crate) timestamp: i64,
    pub(crate) sequence: i64,
}

impl Position {
    /// Before all events.
    pub(crate) const FIRST: Self = Self { timestamp: 0, sequence: 0 };
    /// After all events.
    pub(crate) const LAST: Self = Self { timestamp: i64::MAX, sequence: i64::MAX };

    /// The position in 56 digits, as event ids are written.
    pub(crate) fn digits(self) -> String {
        format!("{:020}{:036}", self.timestamp, self.sequence)
    }

    /// The position of [`Position::digits`].
    pub(crate) fn parse(digits: &str) -> Result<Self, ServiceError> {
        let parsed = || {
            let (timestamp, sequence) = digits.split_at_checked(20)?;
            Some(Self { timestamp: timestamp.parse().ok()?, sequence: sequence.parse().ok()? })
        };
        parsed().ok_or_else(|| invalid("The specified nextToken is invalid."))
    }
}

/// Which way a token of `GetLogEvents` leads from its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Forward(Position),
    Backward(Position),
}

impl Way {
    pub(crate) fn token(self) -> String {
        match self {
            Self::Forward(position) => format!("f/{}/s", position.digits()),
            Self::Backward(position) => format!("b/{}/s", position.digits()),
        }
    }

    pub(crate) fn parse(token: &str) -> Result<Self, ServiceError> {
        let (way, rest) = token.split_once('/').unwrap_or_default();
        let position = Position::parse(rest.trim_end_matches("/s"))?;
        match way {
            "f" => Ok(Self::Forward(position)),
            "b" => Ok(Self::Backward(position)),
            _ => Err(invalid("The specified nextToken is invalid.")),
        }
    }
}
