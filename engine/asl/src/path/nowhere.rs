//! Why a path leads nowhere.

/// Why a path leads nowhere, in the words of the library that AWS evaluates paths with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Nowhere {
    /// What it names isn't there.
    Absent(String),
    /// It can't be applied to what is there.
    Inapplicable(String),
    /// It names an item past the end of an array, which some of AWS's fields take for `null`.
    PastEnd(String),
    /// The input is `null`, which AWS applies no path to.
    NoInput,
    /// It leads to more than any payload can hold.
    TooMany,
}

impl Nowhere {
    /// The text after `Invalid path '…' : `.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Absent(text) | Self::Inapplicable(text) | Self::PastEnd(text) => text,
            Self::NoInput => "Unable to apply Path transformation to null or empty input.",
            Self::TooMany => "The path leads to too many values",
        }
    }

    /// The cause of a state's failure, for a field that holds nothing but the path.
    pub(crate) fn cause(&self, path: &str) -> String {
        match self {
            Self::NoInput => self.text().to_owned(),
            _ => format!("Invalid path '{path}' : {}", self.text()),
        }
    }
}
