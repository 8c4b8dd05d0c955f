//! The environment variables that a function sees, however it runs.

use std::collections::BTreeMap;

use service::Scope;

use crate::configuration::Configuration;
use crate::name::LATEST;

/// Variables that Lambda sets and a function's configuration may not.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// Whether only Lambda may set a variable.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// What Lambda sets for every function, then the function's own variables.
pub(crate) fn environment(configuration: &Configuration, scope: &Scope) -> BTreeMap<String, String> {
    let name = &configuration.function_name;
    let set_by_lambda = [
        ("_HANDLER", configuration.handler.clone().unwrap_or_default()),
        ("AWS_ACCESS_KEY_ID", "sluice".to_owned()),
        ("AWS_DEFAULT_REGION", scope.region.clone()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", configuration.runtime.as_deref().unwrap_or("provided"))),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", configuration.memory_size.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", LATEST.to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", format!("[{LATEST}]{}", configuration.revision_id)),
        ("AWS_REGION", scope.region.clone()),
        ("AWS_SECRET_ACCESS_KEY", "sluice".to_owned()),
        ("TZ", ":UTC".to_owned()),
    ];
    let mut variables: BTreeMap<_, _> = set_by_lambda.map(|(name, value)| (name.to_owned(), value)).into();
    variables.extend(configuration.variables().map(|(name, value)| (name.clone(), value.clone())));
    variables
}
