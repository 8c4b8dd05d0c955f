//! What every Lambda binary and the engine share: how a function is declared, built and run.
//!
//! A crate of handlers declares its functions as data ([`Function`]). On AWS a binary runs one of them:
//!
//! ```no_run
//! # struct Create;
//! # #[async_trait::async_trait]
//! # impl function::Step for Create {
//! #     type Input = serde_json::Value;
//! #     type Output = serde_json::Value;
//! #     async fn run(&self, input: Self::Input) -> Result<Self::Output, function::Failure> { Ok(input) }
//! # }
//! const CREATE: function::Function = function::Function { name: "todo-create", build: |_| Ok(Box::new(Create)) };
//!
//! #[tokio::main]
//! async fn main() -> Result<(), lambda_runtime::Error> {
//!     function::run(&CREATE).await
//! }
//! ```
//!
//! On one machine the engine links the same constants and calls them in its own process. A handler cannot tell the two
//! apart: it sees an AWS SDK configuration and settings.

mod context;
mod failure;
mod handler;
mod resolver;
mod run;
mod settings;

pub use context::{BuildError, Context, Function};
pub use failure::Failure;
pub use handler::{Handler, Step};
pub use lambda_runtime::LambdaEvent;
pub use run::{run, serve};
pub use settings::{MissingSetting, Settings};
