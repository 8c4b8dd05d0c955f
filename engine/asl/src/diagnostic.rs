//! What is wrong with a definition.

use std::fmt;

/// One finding of the validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the machine can be created with it.
    pub severity: Severity,
    /// AWS's code, such as `SCHEMA_VALIDATION_FAILED`.
    pub code: &'static str,
    /// AWS's message.
    pub message: String,
    /// Where: a JSON pointer into the definition, such as `/States/Charge/Next`.
    pub location: String,
    /// The state it is about.
    pub state: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The machine can be created.
    Warning,
    /// The machine can't be created.
    Error,
}

impl Severity {
    /// `ERROR` or `WARNING`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
        }
    }
}

/// A definition that is no state machine: every finding, not only the first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Invalid {
    /// What was found; at least one error.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for Invalid {
    /// AWS's text: `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: … at /States/X'`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Invalid State Machine Definition: '")?;
        for (position, diagnostic) in self.diagnostics.iter().enumerate() {
            if position > 0 {
                formatter.write_str(", ")?;
            }
            write!(formatter, "{}: {}", diagnostic.code, diagnostic.message)?;
            // AWS tells every place, also that there is none.
            let location = if diagnostic.location.is_empty() { "null" } else { &diagnostic.location };
            write!(formatter, " at {location}")?;
        }
        formatter.write_str("'")
    }
}
