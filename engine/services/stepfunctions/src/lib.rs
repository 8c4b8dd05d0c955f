//! AWS Step Functions on the pure ASL core: the API, the durable runtime and the service integrations.
//!
//! An execution is its journal: the stimuli that moved it and the history events they led to, appended in one durable
//! write before any action is performed or any effect is seen. What is in memory is a fold of that journal and may be
//! dropped at any time. Express executions live in memory alone, as on AWS.

mod activities;
mod api;
mod arns;
mod errors;
mod integrations;
mod machines;
mod runtime;
mod schema;
mod service;
mod shapes;

pub use service::StepFunctions;
