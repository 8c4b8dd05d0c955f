//! What a target is given in place of the event: paths into it and templates over it.

mod parameter;
mod path;
mod pipe;
mod rule;
mod template;

pub use parameter::{Parameter, Parameters};
pub use path::JsonPath;
pub use pipe::{PipeTemplate, PipeVariables};
pub use rule::{InvalidInput, RuleVariables, TargetInput, TransformerSource};

/// A JSON path or a template that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTemplate {
    /// The text is no JSON path.
    #[error("not a JSON path (expected $, then .name, ['name'], [0] or [*]): {0}")]
    Path(String),
    /// A placeholder is neither a JSON path nor a reserved variable.
    #[error(
        "Invalid json path reference or predefined variable for placeholder <{0}>, write <$.path> or <aws.pipes.…>"
    )]
    Placeholder(String),
}
