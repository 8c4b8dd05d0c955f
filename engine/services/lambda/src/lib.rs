//! AWS Lambda on one machine.
//!
//! A function runs one of two ways, each a `Runtime`: in the engine's own process, where its binary is linked,
//! or as processes of its own that speak the Lambda Runtime API, the way a deployed function runs. Functions in Python
//! and JavaScript are such processes too: this machine's interpreter with a program of ours. Callers can't tell:
//! failures, timeouts and crashes are reported in AWS's words.

mod api;
mod code;
mod configuration;
mod destinations;
mod environment;
mod error;
mod functions;
mod invoke;
mod language;
mod log_layer;
mod logs;
mod mappings;
mod name;
mod operations;
mod policy;
mod queue;
mod runtime;
mod service;

pub use self::log_layer::LogLayer;
pub use self::operations::FunctionUrl;
pub use self::service::{Lambda, Setup};
