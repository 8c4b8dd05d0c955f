//! The errors of Parameter Store, with AWS's texts.

use service::ServiceError;

/// AWS says no more than the code.
pub(crate) fn not_found() -> ServiceError {
    ServiceError::client("ParameterNotFound", "")
}

pub(crate) fn version_not_found(name: &str, version: &str) -> ServiceError {
    ServiceError::client(
        "ParameterVersionNotFound",
        format!("Systems Manager could not find version {version} of {name}. Verify the version and try again."),
    )
}

pub(crate) fn exists() -> ServiceError {
    ServiceError::client(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    )
}

/// A member that breaks a constraint of the service model.
pub(crate) fn constraint(member: &str, value: &str, constraint: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

/// A required member that isn't there.
pub(crate) fn missing(member: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}
