//! The two query languages, and the fields that only one of them has.

use std::fmt;

/// How a state's expressions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum QueryLanguage {
    #[default]
    JsonPath,
    Jsonata,
}

const OF_JSON_PATH: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "ResultSelector",
    "Result",
    "ItemsPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "SecondsPath",
    "TimestampPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "ErrorPath",
    "CausePath",
    "And",
    "Or",
    "Not",
    "Variable",
];
const OF_JSONATA: &[&str] = &["Arguments", "Output", "Items", "Condition"];

impl QueryLanguage {
    /// Whether a state's field is of this language alone.
    pub(super) fn owns(self, field: &str) -> bool {
        match self {
            Self::JsonPath => OF_JSON_PATH.contains(&field),
            Self::Jsonata => OF_JSONATA.contains(&field),
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::JsonPath => Self::Jsonata,
            Self::Jsonata => Self::JsonPath,
        }
    }
}

impl fmt::Display for QueryLanguage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::JsonPath => "JSONPath",
            Self::Jsonata => "JSONata",
        })
    }
}
