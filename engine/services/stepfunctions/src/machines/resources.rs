//! Whether what a machine's Task states call is there.

use asl::{Diagnostic, Invalid, Kind, Machine, ResourceKind, Severity};
use service::Services;

use crate::integrations::{self, Availability};

/// What is wrong with a machine beyond its grammar.
pub(crate) enum Finding {
    /// What AWS refuses too.
    Invalid(Invalid),
    /// What AWS has and the engine doesn't.
    NotBuilt(String),
}

/// Checks every Task state's resource against the machine's type, and against the integrations that are there; and what
/// distributed Maps read.
pub(crate) fn check(services: &Services, kind: Kind, machine: &Machine) -> Result<(), Finding> {
    machine.check_kind(kind).map_err(Finding::Invalid)?;
    let mut diagnostics = Vec::new();
    let unread = machine.unread_inputs().into_iter().next();
    let mut not_built = unread.map(|(location, input)| {
        format!("sluice does not read the input type {input} of {location} yet; use CSV, JSON, JSONL or MANIFEST")
    });
    for (location, resource) in machine.resources() {
        let ResourceKind::Integration { service, action, pattern } = &resource.kind else { continue };
        match integrations::availability(services, service, action, *pattern) {
            Availability::Available => {}
            Availability::Unknown => diagnostics.push(Diagnostic {
                severity: Severity::Error,
                code: "SCHEMA_VALIDATION_FAILED",
                message: format!(
                    "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
                ),
                location: format!("{location}/Resource"),
                state: location.rsplit('/').next().map(str::to_owned),
                hint: None,
            }),
            Availability::NotBuilt { available } => {
                not_built.get_or_insert_with(|| {
                    format!("sluice does not have the integration {resource} of {location} yet; available are {available}")
                });
            }
        }
    }
    if !diagnostics.is_empty() {
        return Err(Finding::Invalid(Invalid { diagnostics }));
    }
    not_built.map_or(Ok(()), |message| Err(Finding::NotBuilt(message)))
}
