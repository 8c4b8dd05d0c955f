//! The typed machine.

use crate::diagnostic::{Diagnostic, Invalid, Severity};

/// A state machine, parsed and validated; share it as `Arc<Machine>`.
#[derive(Debug)]
pub struct Machine {}

impl Machine {
    /// Parses and validates a definition; fails with every finding.
    pub fn parse(definition: &str) -> Result<Machine, Invalid> {
        match crate::json::Value::parse(definition) {
            Ok(_) => Ok(Machine {}),
            Err(error) => Err(Invalid {
                diagnostics: vec![Diagnostic {
                    severity: Severity::Error,
                    code: "INVALID_JSON_DESCRIPTION",
                    message: error.to_string(),
                    location: String::new(),
                    state: None,
                    hint: None,
                }],
            }),
        }
    }
}
