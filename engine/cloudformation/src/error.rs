//! What can go wrong between a template and running resources.

use service::ServiceError;
use store::{StoreError, rusqlite};

use crate::place::{Place, Spot};

/// What can go wrong between a template and running resources.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloudFormationError {
    /// A file or folder of templates can't be read.
    #[error("{path}: {source}")]
    Read {
        /// The file or folder.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A template is no JSON.
    #[error("{file}:{line}:{column}: the template is no JSON: {reason}")]
    Syntax {
        /// The template's file.
        file: String,
        /// From one.
        line: usize,
        /// From one.
        column: usize,
        /// What the parser expected.
        reason: String,
    },
    /// A template says something that has no meaning.
    #[error("{spot}: {reason}")]
    Template {
        /// Where.
        spot: Spot,
        /// What is wrong there.
        reason: String,
    },
    /// Resources of a template need each other.
    #[error("{file}: these resources depend on each other in a circle: {}", .cycle.join(" -> "))]
    Cycle {
        /// The template's file.
        file: String,
        /// Logical ids; the first is also the last.
        cycle: Vec<String>,
    },
    /// Stacks need each other's values.
    #[error("these stacks depend on each other in a circle: {}", .cycle.join(" -> "))]
    StackCycle {
        /// Stack names, each with what it needs of the next.
        cycle: Vec<String>,
    },
    /// Two templates make the same stack.
    #[error("{first} and {second} both describe the stack {stack}; rename one of the files")]
    DuplicateStack {
        /// The stack's name.
        stack: String,
        /// One file.
        first: String,
        /// The other file.
        second: String,
    },
    /// Resource types that the engine lacks.
    #[error("sluice does not support these resources yet (--skip-unsupported leaves them out):{}", list(.resources))]
    Unsupported {
        /// All of them, of all templates.
        resources: Vec<UnsupportedResource>,
    },
    /// A service refused to create, update or delete a resource. What was made before it is recorded.
    #[error("{spot}: {resource_type} {logical_id} could not be {action}: {error}")]
    Provision {
        /// The resource in its template.
        spot: Spot,
        /// `AWS::SQS::Queue`
        resource_type: String,
        /// Its key in the template.
        logical_id: String,
        /// `created`, `updated` or `deleted`.
        action: &'static str,
        /// The service's answer.
        error: Box<ServiceError>,
    },
    /// A change would replace a resource, and what it holds would be lost.
    #[error(
        "{spot}: a change of {property} replaces the {resource_type} {logical_id} and loses what it holds; take the change back, or start over with `sluice reset`"
    )]
    Replacement {
        /// The resource in its template.
        spot: Spot,
        /// `AWS::DynamoDB::Table`
        resource_type: String,
        /// Its key in the template.
        logical_id: String,
        /// The property that can't change.
        property: String,
    },
    /// A value from Parameter Store or another stack can't be had.
    #[error("{spot}: {reason}")]
    Value {
        /// What asks for it.
        spot: Spot,
        /// What is missing, and where it should come from.
        reason: String,
    },
    /// The store of what has been deployed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A resource whose type the engine lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedResource {
    /// The resource in its template.
    pub spot: Spot,
    /// `AWS::Cognito::UserPool`
    pub resource_type: String,
    /// Its key in the template.
    pub logical_id: String,
    /// What is missing.
    pub reason: String,
}

fn list(resources: &[UnsupportedResource]) -> String {
    let line = |resource: &UnsupportedResource| {
        let UnsupportedResource { spot, resource_type, logical_id, reason } = resource;
        format!("\n  {resource_type} {logical_id} in {}: {reason}", spot.file)
    };
    resources.iter().map(line).collect()
}

impl From<rusqlite::Error> for CloudFormationError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// An error in a template.
pub(crate) fn at(place: &Place<'_>, reason: impl Into<String>) -> CloudFormationError {
    CloudFormationError::Template { spot: place.spot(), reason: reason.into() }
}
