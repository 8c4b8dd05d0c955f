//! Functions as processes of their own, which speak the Lambda Runtime API.

mod bootstrap;
mod instance;
mod runtime_api;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use service::{Platform, Scope};

use super::{Invocation, Outcome, Runtime};
use crate::code::{Code, Folder};
use crate::configuration::Function;
use crate::environment::environment;
use crate::logs::Logs;

use bootstrap::{Bootstrap, reason};
use instance::Instance;

/// Functions as processes: one per invocation that is under way, kept for the next while it is idle.
pub(crate) struct Process {
    /// Where unpacked code is.
    pub(crate) code: Arc<Folder>,
    /// Where prebuilt binaries are: `<name>/bootstrap`.
    pub(crate) bootstraps: Option<PathBuf>,
    /// Where the processes reach AWS.
    pub(crate) endpoint_url: String,
    pub(crate) scope: Scope,
    pub(crate) logs: Logs,
    pub(crate) platform: Platform,
    pub(crate) idle: Mutex<HashMap<String, Idle>>,
}

/// The instances of a function that wait for an event, all of one configuration.
pub(crate) struct Idle {
    revision: String,
    instances: Vec<Instance>,
}

impl Process {
    fn directory(&self, function: &Function) -> Option<PathBuf> {
        match &function.code {
            Code::Binary(name) => self.bootstraps.as_ref().map(|bootstraps| bootstraps.join(name)),
            Code::Files(below) => self.code.files(below),
            Code::Object { .. } => None,
        }
    }

    fn bootstrap(&self, function: &Function) -> Option<Bootstrap> {
        let directory = self.directory(function)?;
        let mut variables = environment(&function.configuration, &self.scope);
        variables.insert("AWS_ENDPOINT_URL".to_owned(), self.endpoint_url.clone());
        Some(Bootstrap { directory, variables, function: function.configuration.function_name.clone() })
    }

    fn take_idle(&self, function: &Function) -> Option<Instance> {
        let configuration = &function.configuration;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let of_function = idle.get_mut(&configuration.function_name)?;
        if of_function.revision != configuration.revision_id {
            idle.remove(&configuration.function_name);
            return None;
        }
        // The one that worked last is the least likely to be about to end.
        while let Some(instance) = of_function.instances.pop() {
            if instance.is_alive() {
                return Some(instance);
            }
        }
        None
    }

    fn keep(&self, function: &Function, instance: Instance) {
        let configuration = &function.configuration;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let of_function = idle
            .entry(configuration.function_name.clone())
            .or_insert_with(|| Idle { revision: configuration.revision_id.clone(), instances: Vec::new() });
        if of_function.revision == configuration.revision_id && instance.is_alive() {
            of_function.instances.push(instance);
        }
    }
}

#[async_trait]
impl Runtime for Process {
    fn runs(&self, function: &Function) -> bool {
        self.directory(function).is_some_and(|directory| directory.join("bootstrap").is_file())
    }

    async fn invoke(&self, function: &Arc<Function>, invocation: Invocation) -> Outcome {
        // An idle instance may end just when it is asked; then the next one is.
        while let Some(instance) = self.take_idle(function) {
            if let Some(outcome) = instance.run(invocation.clone()).await {
                self.keep(function, instance);
                return outcome;
            }
        }
        let request_id = invocation.request_id.clone();
        let Some(bootstrap) = self.bootstrap(function) else {
            return Outcome::invalid_entrypoint(&request_id, "the function has no code to run");
        };
        let started = Instance::start(&bootstrap, function.configuration.timeout(), &self.logs, &self.platform).await;
        match started {
            Err(error) => Outcome::invalid_entrypoint(&request_id, &reason(&error)),
            Ok(instance) => match instance.run(invocation).await {
                Some(outcome) => {
                    self.keep(function, instance);
                    outcome
                }
                // The engine stops. Nobody is answered, for nobody knows how the event would have ended.
                None => std::future::pending().await,
            },
        }
    }

    fn forget(&self, function: &str) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).remove(function);
    }
}
