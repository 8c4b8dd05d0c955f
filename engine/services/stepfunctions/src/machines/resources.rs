//! Whether what a definition's Task states call is there.

use asl::{Diagnostic, Invalid, Kind, Pattern, Resource, ResourceKind, Severity};
use serde_json::Value;
use service::Services;

use crate::integrations::{self, Availability};

/// What is wrong with a definition beyond its grammar.
pub(crate) enum Finding {
    /// What AWS refuses too.
    Invalid(Invalid),
    /// What AWS has and the engine doesn't.
    NotBuilt(String),
}

/// Checks every Task state's resource against the integrations that are there, and against the machine's type.
pub(crate) fn check(services: &Services, kind: Kind, definition: &str) -> Result<(), Finding> {
    let Ok(definition) = serde_json::from_str::<Value>(definition) else { return Ok(()) };
    let mut diagnostics = Vec::new();
    let mut not_built = None;
    visit(&definition, "", kind, &mut |pointer, state, text, kind| {
        let location = format!("{pointer}/Resource");
        let invalid = |message: String| Diagnostic {
            severity: Severity::Error,
            code: "SCHEMA_VALIDATION_FAILED",
            message,
            location,
            state: Some(state.to_owned()),
            hint: None,
        };
        let Some(resource) = Resource::parse(text) else { return };
        let ResourceKind::Integration { service, action, pattern } = &resource.kind else { return };
        if kind == Kind::Express {
            match pattern {
                Pattern::Sync | Pattern::Sync2 => {
                    let message = "Express state machine does not support '.sync' service integration";
                    return diagnostics.push(invalid(message.to_owned()));
                }
                Pattern::WaitForTaskToken => {
                    // Two spaces before "at", as AWS has it.
                    let message = "Express state machine does not support '.waitForTaskToken' service integration ";
                    return diagnostics.push(invalid(message.to_owned()));
                }
                Pattern::RequestResponse => {}
            }
        }
        match integrations::availability(services, service, action, *pattern) {
            Availability::Available => {}
            Availability::Unknown => diagnostics.push(invalid(format!(
                "The resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
            ))),
            Availability::NotBuilt { available } => {
                not_built.get_or_insert_with(|| {
                    format!("sluice does not have the integration {text} of {pointer} yet; available are {available}")
                });
            }
        }
    });
    if !diagnostics.is_empty() {
        return Err(Finding::Invalid(Invalid { diagnostics }));
    }
    not_built.map_or(Ok(()), |message| Err(Finding::NotBuilt(message)))
}

/// Calls `found` with the pointer, name, resource and kind of each Task state, in branches and item processors too.
fn visit(scope: &Value, pointer: &str, kind: Kind, found: &mut impl FnMut(&str, &str, &str, Kind)) {
    let Some(states) = scope["States"].as_object() else { return };
    for (name, state) in states {
        let pointer = format!("{pointer}/States/{name}");
        if state["Type"] == "Task"
            && let Some(resource) = state["Resource"].as_str()
        {
            found(&pointer, name, resource, kind);
        }
        for (index, branch) in state["Branches"].as_array().into_iter().flatten().enumerate() {
            visit(branch, &format!("{pointer}/Branches[{index}]"), kind, found);
        }
        for member in ["ItemProcessor", "Iterator"] {
            let processor = &state[member];
            let kind = match processor["ProcessorConfig"]["ExecutionType"].as_str() {
                Some("EXPRESS") => Kind::Express,
                Some("STANDARD") => Kind::Standard,
                _ => kind,
            };
            visit(processor, &format!("{pointer}/{member}"), kind, found);
        }
    }
}
