//! Functions that the engine links, called in its own process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_config::SdkConfig;
use function::{Handler, LambdaEvent, Settings};
use lambda_runtime::{Config, Context};
use service::Scope;
use tracing::Instrument;

use super::outcome::{MAX_RESPONSE_BYTES, json_bytes};
use super::{Invocation, Outcome, Runtime};
use crate::code::Code;
use crate::configuration::{Configuration, Function};
use crate::environment::environment;
use crate::log_layer::{FUNCTION_LOG, FunctionLog};
use crate::logs::Logs;

/// Functions that the engine links. Each is built once for its configuration; its invocations run side by side, as tasks.
pub(crate) struct InProcess {
    linked: HashMap<&'static str, function::Function>,
    aws: SdkConfig,
    scope: Scope,
    logs: Logs,
    built: Mutex<HashMap<String, Built>>,
}

struct Built {
    revision: String,
    handler: Arc<dyn Handler>,
}

impl InProcess {
    /// These functions, whose SDK clients are configured by `aws`.
    pub(crate) fn new(
        linked: impl IntoIterator<Item = function::Function>,
        aws: SdkConfig,
        scope: Scope,
        logs: Logs,
    ) -> Self {
        let linked = linked.into_iter().map(|function| (function.name, function)).collect();
        Self { linked, aws, scope, logs, built: Mutex::default() }
    }

    fn linked(&self, function: &Function) -> Option<&function::Function> {
        match &function.code {
            Code::Binary(name) => self.linked.get(name.as_str()),
            Code::Files(_) | Code::Object { .. } => None,
        }
    }

    /// The handler of this configuration. A handler that can't be built is tried again at the next event, as a deployed
    /// function's process is started again.
    fn handler(&self, function: &Function) -> Option<Arc<dyn Handler>> {
        let configuration = &function.configuration;
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = built.get(&configuration.function_name)
            && known.revision == configuration.revision_id
        {
            return Some(Arc::clone(&known.handler));
        }
        let settings: Settings = environment(configuration, &self.scope).into_iter().collect();
        let context = function::Context { aws: self.aws.clone(), settings };
        let name = &configuration.function_name;
        match (self.linked(function)?.build)(&context) {
            Ok(handler) => {
                let handler = Arc::from(handler);
                let revision = configuration.revision_id.clone();
                built.insert(name.clone(), Built { revision, handler: Arc::clone(&handler) });
                Some(handler)
            }
            Err(error) => {
                tracing::error!(function = name, %error, "a function can't start");
                self.logs.append(name, format!("the function can't start: {error}"));
                None
            }
        }
    }
}

#[async_trait]
impl Runtime for InProcess {
    fn runs(&self, function: &Function) -> bool {
        self.linked(function).is_some()
    }

    async fn invoke(&self, function: &Arc<Function>, invocation: Invocation) -> Outcome {
        let configuration = &function.configuration;
        let request_id = invocation.request_id.clone();
        let Some(handler) = self.handler(function) else {
            return Outcome::not_started(&request_id);
        };
        let event = LambdaEvent::new(invocation.payload.clone(), context(configuration, &invocation));
        let span = tracing::info_span!("function", name = configuration.function_name, request_id);
        let log = FunctionLog { logs: self.logs.clone(), function: configuration.function_name.clone() };
        let handled = FUNCTION_LOG.scope(log, async move { handler.handle(event).await });
        let mut task = tokio::spawn(handled.instrument(span));
        // Real time, whatever the engine's clock says: code runs in no other.
        match tokio::time::timeout(configuration.timeout(), &mut task).await {
            Ok(Ok(Ok(value))) if json_bytes(&value) > MAX_RESPONSE_BYTES => Outcome::response_too_large(),
            Ok(Ok(Ok(value))) => Outcome::Returned(value.into()),
            Ok(Ok(Err(failure))) => {
                self.logs.append(&configuration.function_name, failure.to_string());
                Outcome::Failed(failure.payload().into())
            }
            Ok(Err(panic)) => {
                tracing::error!(function = configuration.function_name, %panic, "a function panicked");
                self.logs.append(&configuration.function_name, panic.to_string());
                Outcome::aborted(&request_id)
            }
            Err(_) => {
                task.abort();
                Outcome::timed_out(&request_id, configuration.timeout())
            }
        }
    }

    fn forget(&self, function: &str) {
        self.built.lock().unwrap_or_else(PoisonError::into_inner).remove(function);
    }
}

fn context(configuration: &Configuration, invocation: &Invocation) -> Context {
    let name = &configuration.function_name;
    let mut context = Context::default();
    context.request_id.clone_from(&invocation.request_id);
    context.deadline = invocation.deadline_millis;
    context.invoked_function_arn.clone_from(&configuration.function_arn);
    context.env_config = Arc::new(Config {
        function_name: name.clone(),
        memory: i32::try_from(configuration.memory_size).unwrap_or(i32::MAX),
        version: configuration.version.clone(),
        log_stream: format!("[$LATEST]{}", configuration.revision_id),
        log_group: format!("/aws/lambda/{name}"),
    });
    context
}
