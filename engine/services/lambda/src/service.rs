//! The service: what it is set up with, and which operation does what.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use aws_config::SdkConfig;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};
use tokio::sync::Semaphore;

use crate::api::API;
use crate::code::Folder;
use crate::configuration::Function;
use crate::functions::Functions;
use crate::logs::Logs;
use crate::mappings::Mappings;
use crate::runtime::{InProcess, Process, Runtime};

/// How functions run here.
pub struct Setup {
    /// Functions that run in the engine's own process, by the name of their binary.
    pub linked: Vec<function::Function>,
    /// The configuration of their SDK clients.
    pub aws: SdkConfig,
    /// Where binaries that aren't linked are found, each as `<name>/bootstrap`; they run as processes.
    pub bootstraps: Option<PathBuf>,
    /// Where processes reach AWS: `http://127.0.0.1:4566`.
    pub endpoint_url: String,
    /// What stands behind the id in a function's own address: `lambda-url.us-east-1.localhost:8080`.
    pub url_host: String,
}

/// AWS Lambda.
pub struct Lambda {
    pub(crate) platform: Platform,
    pub(crate) functions: Functions,
    pub(crate) runtimes: [Box<dyn Runtime>; 2],
    pub(crate) code: Arc<Folder>,
    pub(crate) bootstraps: Option<PathBuf>,
    pub(crate) url_host: String,
    pub(crate) logs: Logs,
    pub(crate) mappings: Mappings,
    /// How many asynchronous events run at a time.
    pub(crate) asynchronous: Semaphore,
    /// Itself, for work that goes on after the call that began it.
    pub(crate) this: Weak<Self>,
}

const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE lambda_functions (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
    CREATE TABLE lambda_events (
        id TEXT PRIMARY KEY,
        function TEXT NOT NULL,
        payload TEXT NOT NULL,
        accepted INTEGER NOT NULL,
        attempts INTEGER NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE lambda_mappings (uuid TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
",
];

const ASYNCHRONOUS_AT_A_TIME: usize = 256;

impl Lambda {
    /// Opens the service. Call [`Lambda::start`] once all services are registered.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, setup: Setup) -> Result<Arc<Self>, ServiceError> {
        consumer::migrate(&platform.store)?;
        platform.store.migrate("lambda", MIGRATIONS)?;
        let mappings = Mappings::load(platform)?;
        let functions = Functions::load(platform.store.clone(), platform.scope.clone())?;
        let code = Arc::new(Folder::below(platform.store.directory()));
        let logs = Logs::new(platform);
        let in_process = InProcess::new(setup.linked, setup.aws, platform.scope.clone(), logs.clone());
        let process =
            Process::new(code.clone(), setup.bootstraps.clone(), setup.endpoint_url, logs.clone(), platform.clone());
        Ok(Arc::new_cyclic(|this| Self {
            this: this.clone(),
            platform: platform.clone(),
            functions,
            runtimes: [Box::new(in_process), Box::new(process)],
            code,
            bootstraps: setup.bootstraps,
            url_host: setup.url_host,
            logs,
            mappings,
            asynchronous: Semaphore::new(ASYNCHRONOUS_AT_A_TIME),
        }))
    }

    /// Resumes the asynchronous events that were accepted before the engine stopped, and the event source mappings.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn start(self: &Arc<Self>) -> Result<(), ServiceError> {
        self.logs.start();
        self.start_mappings();
        self.resume_events()
    }

    /// The last lines that a function wrote, oldest first; none for a function that doesn't exist.
    pub fn log_lines(&self, function: &str) -> Vec<String> {
        self.logs.lines(function, 0)
    }

    /// The way in which a function runs here, if there is one: linked functions first.
    pub(crate) fn runtime_of(&self, function: &Function) -> Option<&dyn Runtime> {
        self.runtimes.iter().map(AsRef::as_ref).find(|runtime| runtime.runs(function))
    }

    /// Lets go of instances of a function that was changed or deleted.
    pub(crate) fn forget_instances(&self, function: &str) {
        self.runtimes.iter().for_each(|runtime| runtime.forget(function));
    }
}

#[async_trait]
impl Service for Lambda {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "Invoke" => self.invoke(input).await,
            "CreateFunction" => self.create_function(&input).await,
            "GetFunction" => self.get_function(&input),
            "GetFunctionConfiguration" => self.get_function_configuration(&input),
            "ListFunctions" => self.list_functions(&input),
            "UpdateFunctionCode" => self.update_function_code(&input).await,
            "UpdateFunctionConfiguration" => self.update_function_configuration(&input).await,
            "DeleteFunction" => self.delete_function(&input).await,
            "AddPermission" => self.add_permission(&input).await,
            "RemovePermission" => self.remove_permission(&input).await,
            "GetPolicy" => self.get_policy(&input),
            "PutFunctionEventInvokeConfig" => self.put_event_invoke_config(&input, false).await,
            "UpdateFunctionEventInvokeConfig" => self.put_event_invoke_config(&input, true).await,
            "GetFunctionEventInvokeConfig" => self.get_event_invoke_config(&input),
            "DeleteFunctionEventInvokeConfig" => self.delete_event_invoke_config(&input).await,
            "CreateFunctionUrlConfig" => self.create_function_url(&input).await,
            "UpdateFunctionUrlConfig" => self.update_function_url(&input).await,
            "GetFunctionUrlConfig" => self.get_function_url(&input),
            "ListFunctionUrlConfigs" => self.list_function_urls(&input),
            "DeleteFunctionUrlConfig" => self.delete_function_url(&input).await,
            "CreateEventSourceMapping" => self.create_event_source_mapping(&input).await,
            "UpdateEventSourceMapping" => self.update_event_source_mapping(&input).await,
            "DeleteEventSourceMapping" => self.delete_event_source_mapping(&input).await,
            "GetEventSourceMapping" => self.get_event_source_mapping(&input),
            "ListEventSourceMappings" => self.list_event_source_mappings(&input),
            "TagResource" => self.tag_resource(&input).await,
            "UntagResource" => self.untag_resource(&input).await,
            "ListTags" => self.list_tags(&input),
            _ => Err(ServiceError::not_built(API.name, operation)),
        }
    }
}
