//! ARNs of state machines, executions and activities.

use service::{Arn, ServiceError};

use crate::errors;

/// A state machine's ARN, perhaps with a version or an alias behind its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MachineArn {
    /// Without the qualifier.
    pub(crate) machine: String,
    pub(crate) qualifier: Option<Qualifier>,
}

/// What stands behind a state machine's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Qualifier {
    Version(u64),
    Alias(String),
}

impl MachineArn {
    /// Reads `arn:aws:states:region:account:stateMachine:name[:qualifier]`.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        let arn = parse(text)?;
        let mut parts = arn.resource.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("stateMachine"), Some(name), _) if name.contains('/') => {
                Err(ServiceError::validation(format!("The ARN names a Map state, not a state machine: {text}")))
            }
            (Some("stateMachine"), Some(_), None) => Ok(Self { machine: text.to_owned(), qualifier: None }),
            (Some("stateMachine"), Some(_), Some(qualifier)) => Ok(Self {
                machine: text[..text.len() - qualifier.len() - 1].to_owned(),
                qualifier: Some(match qualifier.parse() {
                    Ok(number) => Qualifier::Version(number),
                    Err(_) => Qualifier::Alias(qualifier.to_owned()),
                }),
            }),
            (kind, ..) => Err(wrong_type(kind.unwrap_or_default())),
        }
    }

    /// [`MachineArn::parse`] where only the machine itself will do: what is meant for a version or an alias must not
    /// reach all of it.
    pub(crate) fn unqualified(text: &str) -> Result<String, ServiceError> {
        match Self::parse(text)? {
            Self { machine, qualifier: None } => Ok(machine),
            Self { qualifier: Some(_), .. } => Err(ServiceError::validation(format!(
                "The ARN of the state machine itself is needed here, without a version or an alias: {text}"
            ))),
        }
    }
}

/// Checks that `text` is the ARN of a Standard execution; Express executions cannot be asked for.
pub(crate) fn check_execution(text: &str) -> Result<(), ServiceError> {
    check(text, &["execution"])
}

/// Whether it is the ARN of an Express execution.
pub(crate) fn is_express(text: &str) -> bool {
    text.split(':').nth(5) == Some("express")
}

/// Whether it is the ARN of an Express execution that a map run dispatched: its machine has the label of a Map state.
pub(crate) fn is_express_child(text: &str) -> bool {
    is_express(text) && text.split(':').nth(6).is_some_and(|machine| machine.contains('/'))
}

/// Checks that `text` is the ARN of an activity.
pub(crate) fn check_activity(text: &str) -> Result<(), ServiceError> {
    check(text, &["activity"])
}

/// Checks that `text` is the ARN of a map run.
pub(crate) fn check_map_run(text: &str) -> Result<(), ServiceError> {
    check(text, &["mapRun"])
}

/// Reads an ARN of this service.
pub(crate) fn parse(text: &str) -> Result<Arn, ServiceError> {
    if !text.starts_with("arn:") {
        return Err(errors::invalid_arn(format_args!("Invalid ARN prefix: {text}")));
    }
    let arn: Arn = text.parse().map_err(|_| errors::invalid_arn(format_args!("Invalid ARN: {text}")))?;
    if arn.service != "states" {
        return Err(errors::invalid_arn(format_args!("ARN does not belong to service: states: {text}")));
    }
    Ok(arn)
}

fn check(text: &str, types: &[&str]) -> Result<(), ServiceError> {
    let arn = parse(text)?;
    match arn.resource.split_once(':') {
        Some((kind, _)) if types.contains(&kind) => Ok(()),
        Some((kind, _)) => Err(wrong_type(kind)),
        None => Err(wrong_type(&arn.resource)),
    }
}

fn wrong_type(kind: &str) -> ServiceError {
    errors::invalid_arn(format_args!("Resource type not valid in this context: {kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_arn_may_name_a_version_or_an_alias() {
        let base = "arn:aws:states:us-east-1:000000000000:stateMachine:create.todo";
        let parse = |text: &str| MachineArn::parse(text).expect("valid");
        assert_eq!(parse(base).qualifier, None);
        let version = parse(&format!("{base}:12"));
        assert_eq!((version.machine.as_str(), version.qualifier), (base, Some(Qualifier::Version(12))));
        assert_eq!(parse(&format!("{base}:live-1")).qualifier, Some(Qualifier::Alias("live-1".to_owned())));
        assert_eq!(MachineArn::unqualified(base).expect("unqualified"), base);
        for qualified in ["1", "live"].map(|qualifier| format!("{base}:{qualifier}")) {
            assert_eq!(MachineArn::unqualified(&qualified).expect_err("qualified").code, "ValidationException");
        }
        assert_eq!(MachineArn::parse(&format!("{base}/label")).expect_err("a Map").code, "ValidationException");
        assert_eq!(
            MachineArn::parse("nonsense").expect_err("no arn").message,
            "Invalid Arn: 'Invalid ARN prefix: nonsense'"
        );
    }
}
