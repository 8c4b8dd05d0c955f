//! A function as it is stored: AWS's `FunctionConfiguration`, its code, tags and policy.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use service::ServiceError;

use crate::code::Code;
use crate::error::invalid;
use crate::language::Interpreted;
use crate::policy::Policy;

/// A function as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Function {
    pub configuration: Configuration,
    pub code: Code,
    pub tags: BTreeMap<String, String>,
    pub policy: Policy,
    pub event_invoke: Option<EventInvoke>,
    #[serde(default)]
    pub url: Option<UrlConfig>,
}

/// The address of its own that a function has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UrlConfig {
    /// What its host begins with.
    pub id: String,
    /// `NONE` or `AWS_IAM`
    pub auth_type: String,
    pub cors: Option<Value>,
    /// `2026-11-21T08:00:00.123Z`
    pub creation_time: String,
    pub last_modified_time: String,
}

/// `FunctionConfiguration`: what the engine uses, and the rest as it was given.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Configuration {
    pub function_name: String,
    pub function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    pub code_size: u64,
    pub code_sha256: String,
    #[serde(default)]
    pub description: String,
    /// Seconds.
    pub timeout: u32,
    /// Megabytes.
    pub memory_size: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Variables>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetters>,
    /// `2026-11-21T08:00:00.123+0000`
    pub last_modified: String,
    pub version: String,
    pub revision_id: String,
    pub state: String,
    pub last_update_status: String,
    pub package_type: String,
    pub architectures: Vec<String>,
    /// `VpcConfig`, `Layers`, `LoggingConfig` and whatever else does nothing on one machine.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Environment variables.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Variables {
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

/// Where asynchronous events go that failed for good.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeadLetters {
    pub target_arn: Option<String>,
}

/// How asynchronous events are retried and where their outcomes go.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EventInvoke {
    /// Seconds since the epoch.
    #[serde(default)]
    pub last_modified: f64,
    #[serde(default)]
    pub function_arn: String,
    pub maximum_retry_attempts: Option<u32>,
    pub maximum_event_age_in_seconds: Option<u64>,
    #[serde(default)]
    pub destination_config: DestinationConfig,
}

/// Destinations by outcome.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DestinationConfig {
    #[serde(default)]
    pub on_success: Destination,
    #[serde(default)]
    pub on_failure: Destination,
}

/// A queue, topic, bus or function.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Destination {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
}

/// Members of `CreateFunction` and `UpdateFunctionConfiguration` that are kept as given.
const KEPT: &[&str] = &[
    "EphemeralStorage",
    "FileSystemConfigs",
    "KMSKeyArn",
    "Layers",
    "LoggingConfig",
    "SnapStart",
    "TracingConfig",
    "VpcConfig",
];

const MAX_ENVIRONMENT_BYTES: usize = 4096;

impl Configuration {
    /// How long an invocation may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }

    /// The function's own environment variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.environment.iter().flat_map(|environment| &environment.variables)
    }

    /// Takes the members that `CreateFunction` and `UpdateFunctionConfiguration` share.
    ///
    /// # Errors
    /// The member that AWS would refuse.
    pub(crate) fn change(&mut self, input: &Value) -> Result<(), ServiceError> {
        if let Some(runtime) = input["Runtime"].as_str() {
            self.runtime = Some(supported(runtime)?.to_owned());
        }
        set_text(&mut self.role, &input["Role"]);
        set_text(&mut self.description, &input["Description"]);
        if let Some(handler) = input["Handler"].as_str() {
            self.handler = Some(handler.to_owned());
        }
        set_number(&mut self.timeout, "timeout", &input["Timeout"], 1, 900)?;
        set_number(&mut self.memory_size, "memorySize", &input["MemorySize"], 128, 10240)?;
        if !input["Environment"].is_null() {
            self.environment = Some(environment(&input["Environment"])?);
        }
        if !input["DeadLetterConfig"].is_null() {
            self.dead_letter_config = Some(parsed("DeadLetterConfig", &input["DeadLetterConfig"])?);
        }
        for name in KEPT {
            if !input[*name].is_null() {
                self.rest.insert((*name).to_owned(), input[*name].clone());
            }
        }
        Ok(())
    }

    /// The configuration as AWS answers it.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a configuration has string keys")
    }
}

/// A member parsed into its shape.
pub(crate) fn parsed<T: serde::de::DeserializeOwned>(member: &str, value: &Value) -> Result<T, ServiceError> {
    T::deserialize(value).map_err(|error| invalid(format!("{member} can't be understood: {error}")))
}

/// Runtimes that are whole executables, and those whose interpreter may be on this machine.
fn supported(runtime: &str) -> Result<&str, ServiceError> {
    match runtime {
        "provided" | "provided.al2" | "provided.al2023" => Ok(runtime),
        _ if Interpreted::of(runtime).is_some() => Ok(runtime),
        _ => Err(invalid(format!(
            "sluice does not run functions of runtime {runtime}; it runs provided.al2023, provided.al2, provided, \
             python3.N and nodejsN.x"
        ))),
    }
}

fn set_text(text: &mut String, value: &Value) {
    if let Some(given) = value.as_str() {
        given.clone_into(text);
    }
}

fn set_number(number: &mut u32, member: &str, value: &Value, least: u32, most: u32) -> Result<(), ServiceError> {
    if value.is_null() {
        return Ok(());
    }
    let given = value.as_u64().and_then(|given| u32::try_from(given).ok()).filter(|it| (least..=most).contains(it));
    *number = given.ok_or_else(|| {
        let bound = match value.as_i64() {
            Some(given) if given > i64::from(most) => format!("less than or equal to {most}"),
            _ => format!("greater than or equal to {least}"),
        };
        ServiceError::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must have \
             value {bound}"
        ))
    })?;
    Ok(())
}

fn environment(value: &Value) -> Result<Variables, ServiceError> {
    let environment: Variables = parsed("Environment", value)?;
    let reserved: Vec<&str> =
        environment.variables.keys().map(String::as_str).filter(|it| crate::environment::is_reserved(it)).collect();
    if !reserved.is_empty() {
        return Err(invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided contains reserved keys that are currently not supported for modification. Reserved keys used in \
             this request: {}",
            reserved.join(", ")
        )));
    }
    let measured = json!(environment.variables).to_string();
    if measured.len() > MAX_ENVIRONMENT_BYTES {
        return Err(invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided exceeded the 4KB limit. String measured: {measured}"
        )));
    }
    Ok(environment)
}
