//! What a Task state calls.

use std::fmt;
use std::sync::Arc;

/// A Task state's `Resource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The ARN as the machine has it.
    pub arn: Arc<str>,
    /// What it stands for.
    pub kind: ResourceKind,
}

/// What a resource ARN stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// A Lambda function's own ARN: the input is the payload, the payload is the result.
    Lambda,
    /// An activity: a worker polls for it.
    Activity,
    /// A service integration, `arn:aws:states:::service:action.pattern`.
    Integration {
        /// `lambda`, `dynamodb`, `aws-sdk:dynamodb`, …; the history's `resourceType`.
        service: Arc<str>,
        /// `invoke`, `putItem`, …, without the pattern.
        action: Arc<str>,
        /// When the task counts as done.
        pattern: Pattern,
    },
}

/// When an integration's task counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// With the service's answer.
    RequestResponse,
    /// `.sync`: when the job it started is done.
    Sync,
    /// `.sync:2`: the same, with JSON output.
    Sync2,
    /// `.waitForTaskToken`: when somebody returns the token.
    WaitForTaskToken,
}

impl Pattern {
    fn suffix(self) -> &'static str {
        match self {
            Self::RequestResponse => "",
            Self::Sync => ".sync",
            Self::Sync2 => ".sync:2",
            Self::WaitForTaskToken => ".waitForTaskToken",
        }
    }
}

impl Resource {
    /// Reads a resource ARN; `None` when it is none that a Task state may have.
    pub fn parse(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let (_partition, service, region, _account, rest) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let kind = match service {
            "lambda" if rest.starts_with("function:") && rest.len() > "function:".len() => ResourceKind::Lambda,
            "states" if rest.starts_with("activity:") => ResourceKind::Activity,
            "states" if region.is_empty() => integration(rest)?,
            _ => return None,
        };
        Some(Self { arn: arn.into(), kind })
    }

    /// The operation of the service's API that the action stands for: `PutItem` for `putItem`.
    pub fn operation(action: &str) -> String {
        let mut characters = action.chars();
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
    }

    /// Whether it is spelled as AWS spells it: actions of the SDKs begin with a small letter here, and none is waited for
    /// with `.sync`.
    pub(crate) fn is_spelled(&self) -> bool {
        match &self.kind {
            ResourceKind::Integration { service, action, pattern } if service.starts_with("aws-sdk:") => {
                action.starts_with(|first: char| first.is_ascii_lowercase())
                    && matches!(pattern, Pattern::RequestResponse | Pattern::WaitForTaskToken)
            }
            _ => true,
        }
    }

    /// The `resource` of task events: the action with its pattern; the ARN of a function or activity.
    pub fn event_resource(&self) -> Arc<str> {
        match &self.kind {
            ResourceKind::Integration { action, pattern: Pattern::RequestResponse, .. } => action.clone(),
            ResourceKind::Integration { action, pattern, .. } => format!("{action}{}", pattern.suffix()).into(),
            ResourceKind::Lambda | ResourceKind::Activity => self.arn.clone(),
        }
    }
}

fn integration(rest: &str) -> Option<ResourceKind> {
    let (rest, pattern) = [Pattern::Sync2, Pattern::Sync, Pattern::WaitForTaskToken]
        .into_iter()
        .find_map(|pattern| Some((rest.strip_suffix(pattern.suffix())?, pattern)))
        .unwrap_or((rest, Pattern::RequestResponse));
    let (service, action) = rest.rsplit_once(':')?;
    let valid = !service.is_empty() && !action.is_empty() && !action.contains('.');
    (valid && is_known(service, action, pattern)).then(|| ResourceKind::Integration {
        service: service.into(),
        action: action.into(),
        pattern,
    })
}

/// Whether an optimized integration has the action, with the pattern. Services that are not listed are not judged.
fn is_known(service: &str, action: &str, pattern: Pattern) -> bool {
    use Pattern::{RequestResponse, Sync, Sync2, WaitForTaskToken};
    let (actions, patterns): (&[&str], &[Pattern]) = match service {
        "lambda" => (&["invoke"], &[RequestResponse, WaitForTaskToken]),
        "dynamodb" => (&["getItem", "putItem", "updateItem", "deleteItem"], &[RequestResponse]),
        "sqs" => (&["sendMessage"], &[RequestResponse, WaitForTaskToken]),
        "sns" => (&["publish"], &[RequestResponse, WaitForTaskToken]),
        "events" => (&["putEvents"], &[RequestResponse, WaitForTaskToken]),
        "states" => (&["startExecution"], &[RequestResponse, Sync, Sync2, WaitForTaskToken]),
        "apigateway" => (&["invoke"], &[RequestResponse, WaitForTaskToken]),
        "http" => (&["invoke"], &[RequestResponse]),
        "mediaconvert" => (&["createJob"], &[RequestResponse, Sync]),
        _ => return true,
    };
    actions.contains(&action) && patterns.contains(&pattern)
}

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arn)
    }
}
