//! How a function is declared, and what it is built with.

use std::fmt;

use crate::{Handler, MissingSetting, Settings};

/// What a function is built with, once for all its invocations.
#[derive(Clone, Debug)]
pub struct Context {
    /// Region, credentials, endpoint and HTTP client of the SDK's clients.
    pub aws: aws_config::SdkConfig,
    /// The function's environment variables.
    pub settings: Settings,
}

/// A Lambda function as data: the binary's name, which the template's function refers to, and how to build its handler.
#[derive(Clone, Copy)]
pub struct Function {
    /// The binary's name: `todo-create`.
    pub name: &'static str,
    /// Builds the handler; called once per instance, before its first event.
    pub build: fn(&Context) -> Result<Box<dyn Handler>, BuildError>,
}

/// A function cannot be built from what it is given.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A setting is missing.
    #[error(transparent)]
    MissingSetting(#[from] MissingSetting),
    /// A setting is there but unusable.
    #[error("environment variable {name} is {value:?}: {reason}")]
    InvalidSetting {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl fmt::Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Function").field("name", &self.name).finish_non_exhaustive()
    }
}
