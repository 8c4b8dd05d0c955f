//! EventBridge event patterns, input paths and input templates, without clock or I/O.
//!
//! A [`Pattern`] is parsed from its JSON text, with AWS's message when it isn't valid, and compiled to alternatives: each a
//! list of fields with the conditions that one of the field's values has to meet. An [`Event`] is flattened to the same
//! shape. [`Matcher`] finds the rules that match among many. [`TargetInput`] and [`PipeTemplate`] make of an event what a
//! rule's or a pipe's target is given.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html>

mod compile;
mod condition;
mod envelope;
mod event;
mod input;
mod json;
mod leaves;
mod matcher;
mod pattern;
mod places;
mod reader;
mod search;

pub use envelope::{InvalidEvent, test_event};
pub use event::{Event, MalformedEvent};
pub use input::{
    InvalidInput, InvalidTemplate, JsonPath, Parameter, Parameters, PipeTemplate, PipeVariables, RuleVariables,
    TargetInput, TransformerSource,
};
pub use matcher::Matcher;
pub use pattern::{InvalidPattern, Pattern};
