//! Operations on functions, but for `Invoke`.

mod event_invoke_config;
mod functions;
mod mappings;
mod permissions;
mod tags;
