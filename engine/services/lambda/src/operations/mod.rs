//! Operations on functions, but for `Invoke`.

mod event_invoke_config;
mod function_urls;
mod functions;
mod mappings;
mod permissions;
mod tags;

pub use function_urls::FunctionUrl;
