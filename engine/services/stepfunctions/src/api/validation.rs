//! `ValidateStateMachineDefinition`.

use asl::{Diagnostic, Severity};
use serde_json::{Value, json};
use service::ServiceError;

use super::input::Input;
use crate::machines::{self, Finding, Kind};
use crate::service::StepFunctions;

pub(crate) async fn validate(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let definition = input.bounded("definition", 1_048_576)?;
    let kind = match input.choice("type", &["STANDARD", "EXPRESS"])? {
        Some("EXPRESS") => Kind::Express,
        _ => Kind::Standard,
    };
    let least = match input.choice("severity", &["ERROR", "WARNING"])? {
        Some("WARNING") => Severity::Warning,
        _ => Severity::Error,
    };
    let most = match input.number("maxResults", 100)? {
        None | Some(0) => 100,
        Some(most) => usize::try_from(most).unwrap_or(100),
    };
    let found = match asl::Machine::parse(definition) {
        Err(invalid) => invalid.diagnostics,
        Ok(machine) => {
            let mut found = match machines::check_resources(&service.platform.services, kind, &machine) {
                Ok(()) => Vec::new(),
                Err(Finding::Invalid(invalid)) => invalid.diagnostics,
                Err(Finding::NotBuilt(message)) => vec![not_built(message)],
            };
            found.extend_from_slice(machine.warnings());
            found
        }
    };
    let told: Vec<&Diagnostic> = found.iter().filter(|diagnostic| diagnostic.severity >= least).collect();
    let failed = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let diagnostics: Vec<Value> = told.iter().take(most).map(|diagnostic| show(diagnostic)).collect();
    Ok(json!({
        "result": if failed { "FAIL" } else { "OK" },
        "diagnostics": diagnostics,
        "truncated": told.len() > most,
    }))
}

fn show(diagnostic: &Diagnostic) -> Value {
    let mut shown = json!({
        "severity": diagnostic.severity.name(),
        "code": diagnostic.code,
        "message": diagnostic.message,
    });
    if !diagnostic.location.is_empty() {
        shown["location"] = json!(diagnostic.location);
    }
    shown
}

fn not_built(message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: "INTEGRATION_NOT_BUILT",
        message,
        location: String::new(),
        state: None,
        hint: None,
    }
}
