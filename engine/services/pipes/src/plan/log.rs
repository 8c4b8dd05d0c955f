//! What a pipe tells of its executions, and where.

use std::sync::Arc;

use ::service::ServiceError;

use super::definition::LogConfiguration;
use super::{arn, not_built};
use crate::error::invalid;

/// How much is told; each level tells what those before it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Error,
    Info,
    Trace,
}

/// A log group that the steps of a pipe's executions are written to.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html>
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) group: Arc<str>,
    pub(crate) stream: Arc<str>,
    pub(crate) level: Level,
    /// Whether the batches themselves are told.
    pub(crate) with_payloads: bool,
}

impl Level {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Info => "INFO",
            Self::Trace => "TRACE",
        }
    }
}

impl Log {
    /// None where the level is `OFF`.
    pub(super) fn of(pipe: &str, configuration: LogConfiguration) -> Result<Option<Self>, ServiceError> {
        if configuration.firehose.is_some() || configuration.s3.is_some() {
            return Err(not_built("LogConfiguration", "logs of pipes to Firehose or S3, only to CloudWatch Logs"));
        }
        let level = match configuration.level.as_deref() {
            None | Some("OFF") => return Ok(None),
            Some("ERROR") => Level::Error,
            Some("INFO") => Level::Info,
            Some("TRACE") => Level::Trace,
            Some(other) => {
                return Err(invalid("LogConfiguration.Level", format!("must be OFF, ERROR, INFO or TRACE: {other}")));
            }
        };
        let Some(destination) = configuration.logs else {
            return Err(invalid("LogConfiguration", "Must provide at least 1 log destination in LogConfiguration"));
        };
        let text = destination.log_group_arn.unwrap_or_default();
        let parsed = arn("LogGroupArn", &text)?;
        let group = parsed.resource.strip_prefix("log-group:").filter(|_| parsed.service == "logs");
        let group = group.ok_or_else(|| invalid("LogGroupArn", format!("must be the ARN of a log group: {text}")))?;
        Ok(Some(Self {
            group: group.trim_end_matches(":*").into(),
            stream: pipe.into(),
            level,
            with_payloads: configuration.include_execution_data.iter().any(|data| data == "ALL"),
        }))
    }
}
