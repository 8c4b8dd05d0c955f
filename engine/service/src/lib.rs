//! What every AWS service of the engine is given and what it gives.
//!
//! A service is an AWS API: it answers operations by name, with input and output in the shapes of AWS's own service
//! model ([`Service::call`]). The gateway puts wire protocols in front of that, state machines and rules call it directly
//! through [`Services`], and CloudFormation provisions through it. So there is one behaviour however a call arrives.

mod api;
mod arn;
mod enlisted;
mod error;
mod log_writer;
mod platform;
mod registry;
mod signals;

pub use api::{Api, Body, JsonVersion, Operations, Route};
pub use arn::{Arn, Scope};
pub use enlisted::Enlisted;
pub use error::ServiceError;
pub use log_writer::LogWriter;
pub use platform::Platform;
pub use registry::Services;
pub use signals::Signals;

use async_trait::async_trait;
use serde_json::Value;

/// An AWS service: answers the operations of one AWS API.
#[async_trait]
pub trait Service: Send + Sync + 'static {
    /// How the API is reached over the wire, and which operations AWS gives it.
    fn api(&self) -> &'static Api;

    /// Answers `operation` (`StartExecution`); input and output have the members of AWS's service model.
    ///
    /// Timestamps are numbers: seconds since the epoch, with a fraction. Blobs are strings in base64, but for the payload
    /// of a [`Route`] with [`Body::Payload`], which is the JSON value itself.
    ///
    /// # Errors
    /// What AWS answers, with its code, message and status.
    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError>;

    /// Calls of `operation`, one for each of `inputs`, that the caller writes in a transaction of its own. `None` when they
    /// can't be had so, or not all of them: [`Service::call`] then answers each, and tells why.
    fn enlist(&self, operation: &str, inputs: &[Value]) -> Option<Enlisted> {
        let _ = (operation, inputs);
        None
    }
}
