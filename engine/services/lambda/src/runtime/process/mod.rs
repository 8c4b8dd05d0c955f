//! Functions as processes of their own, which speak the Lambda Runtime API.

mod bootstrap;
mod group;
mod idle;
mod instance;
mod interpreters;
mod runtime_api;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use service::{Platform, Scope};

use super::{Invocation, Outcome, Runtime};
use crate::code::{Code, Folder};
use crate::configuration::Function;
use crate::environment::environment;
use crate::language::Interpreted;
use crate::logs::Logs;

use bootstrap::{Bootstrap, reason};
use idle::Idle;
use instance::Instance;
use interpreters::Interpreters;

/// Functions as processes: one per invocation that is under way, kept for the next while it is idle.
pub(crate) struct Process {
    /// Where unpacked code is.
    code: Arc<Folder>,
    /// Where prebuilt binaries are: `<name>/bootstrap`.
    bootstraps: Option<PathBuf>,
    /// Where the processes reach AWS.
    endpoint_url: String,
    interpreters: Interpreters,
    scope: Scope,
    logs: Logs,
    platform: Platform,
    idle: Mutex<Idle<Instance>>,
}

impl Process {
    /// Functions whose processes reach AWS at `endpoint_url`.
    pub(crate) fn new(
        code: Arc<Folder>,
        bootstraps: Option<PathBuf>,
        endpoint_url: String,
        logs: Logs,
        platform: Platform,
    ) -> Self {
        let interpreters = Interpreters::of(std::env::var_os("PATH"), Arc::clone(&code));
        let scope = platform.scope.clone();
        Self { code, bootstraps, endpoint_url, interpreters, scope, logs, platform, idle: Mutex::default() }
    }

    fn directory(&self, function: &Function) -> Option<PathBuf> {
        match &function.code {
            Code::Binary(name) => self.bootstraps.as_ref().map(|bootstraps| bootstraps.join(name)),
            Code::Files(below) => self.code.files(below),
            Code::Object { .. } => None,
        }
    }

    /// What starts as the function's process; an error says why nothing does.
    async fn bootstrap(&self, function: &Function) -> Result<Bootstrap, String> {
        let configuration = &function.configuration;
        let directory = self.directory(function).ok_or("the function has no code to run")?;
        let mut variables = environment(configuration, &self.scope);
        variables.insert("AWS_ENDPOINT_URL".to_owned(), self.endpoint_url.clone());
        // The SDK for Python would ask DNS for `sync-127.0.0.1`.
        variables.insert("AWS_DISABLE_HOST_PREFIX_INJECTION".to_owned(), "true".to_owned());
        let mut bootstrap = Bootstrap {
            executable: directory.join("bootstrap"),
            arguments: Vec::new(),
            runtime_directory: directory.clone(),
            directory,
            variables,
            function: configuration.function_name.clone(),
        };
        if let Some((runtime, wanted)) = interpreted(function) {
            let interpreter = self.interpreters.find(runtime, &wanted).await?;
            bootstrap.executable = interpreter.executable;
            bootstrap.arguments = interpreter.options.iter().map(Into::into).collect();
            bootstrap.arguments.push(interpreter.program.clone().into_os_string());
            if let Some(folder) = interpreter.program.parent() {
                bootstrap.runtime_directory = folder.to_owned();
            }
        }
        Ok(bootstrap)
    }

    fn take_idle(&self, function: &Function) -> Option<Instance> {
        let configuration = &function.configuration;
        self.idle().take(&configuration.function_name, &configuration.revision_id, Instance::is_alive)
    }

    fn keep(&self, function: &Function, instance: Instance) {
        let configuration = &function.configuration;
        if instance.is_alive() {
            self.idle().keep(&configuration.function_name, &configuration.revision_id, instance);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle<Instance>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Runtime for Process {
    fn runs(&self, function: &Function) -> bool {
        let Some(directory) = self.directory(function) else { return false };
        interpreted(function).is_some() || directory.join("bootstrap").is_file()
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
        let bootstrap = match self.bootstrap(function).await {
            Ok(bootstrap) => bootstrap,
            Err(reason) => return Outcome::invalid_entrypoint(&request_id, &reason),
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
        self.idle().forget(function);
    }
}

/// The runtime of a function that an interpreter runs. A binary is one whatever its function's runtime is.
fn interpreted(function: &Function) -> Option<(&str, Interpreted)> {
    let runtime = function.configuration.runtime.as_deref()?;
    let is_uploaded = matches!(function.code, Code::Files(_));
    is_uploaded.then(|| Interpreted::of(runtime)).flatten().map(|wanted| (runtime, wanted))
}
