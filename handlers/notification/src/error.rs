//! What goes wrong in the notification context, under stable names.

use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use function::Failure;

/// Why somebody wasn't told something.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// The event tells nobody anything.
    #[error("no notification is made of this event: {detail_type:?}")]
    UnknownEvent {
        /// Its detail type.
        detail_type: String,
    },
    /// The event is not of its contract.
    #[error("{0}")]
    InvalidEvent(#[from] events::Mismatch),
    /// The message isn't JSON.
    #[error("the message is not JSON: {0}")]
    InvalidMessage(#[from] serde_json::Error),
    /// Another sender is at it, or died at it a moment ago.
    #[error("another sender has claimed it; deliver it again later: {key}")]
    Claimed {
        /// The row.
        key: String,
    },
    /// The message was refused, so it was certainly not sent.
    #[error("{service} refuses the message: {reason}")]
    Refused {
        /// `SES` or `SNS`
        service: &'static str,
        /// What it says.
        reason: String,
    },
    /// Nobody knows whether the message was sent.
    #[error("{service} gave no answer, the message may have been sent: {reason}")]
    Unanswered {
        /// `SES` or `SNS`
        service: &'static str,
        /// What the way to it says.
        reason: String,
    },
    /// The credentials of push services can't be read.
    #[error("the secret must hold an object of platforms with the attributes of their applications: {secret}")]
    InvalidSecret {
        /// The secret.
        secret: String,
    },
    /// There are no credentials for a push service.
    #[error("the secret has no credentials for the platform {platform}; add them: {secret}")]
    UnknownPlatform {
        /// The platform.
        platform: &'static str,
        /// The secret.
        secret: String,
    },
    /// A preference that can't be.
    #[error("{0}")]
    InvalidPreference(String),
    /// A table can't be used.
    #[error("the table can't be used: {table}: {reason}")]
    Unavailable {
        /// The table.
        table: String,
        /// What AWS, or the way to it, says.
        reason: String,
    },
}

impl NotificationError {
    /// The name that an invocation fails with; it never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::UnknownEvent { .. } => "Notification.UnknownEvent",
            Self::InvalidEvent(_) => "Notification.InvalidEvent",
            Self::InvalidMessage(_) => "Notification.InvalidMessage",
            Self::Claimed { .. } => "Notification.Claimed",
            Self::Refused { .. } => "Notification.Refused",
            Self::Unanswered { .. } => "Notification.Unanswered",
            Self::InvalidSecret { .. } => "Notification.InvalidSecret",
            Self::UnknownPlatform { .. } => "Notification.UnknownPlatform",
            Self::InvalidPreference(_) => "Notification.InvalidPreference",
            Self::Unavailable { .. } => "Notification.Unavailable",
        }
    }

    /// A table's failure.
    pub(crate) fn table<E, R>(table: &str, error: SdkError<E, R>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        Self::Unavailable { table: table.to_owned(), reason: DisplayErrorContext(&error).to_string() }
    }

    /// What a service that sends answered: a refusal below 500 is certain, anything else isn't.
    pub(crate) fn sending<E>(service: &'static str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let certain = match &error {
            SdkError::ServiceError(context) => context.raw().status().as_u16() < 500,
            SdkError::ConstructionFailure(_) => true,
            _ => false,
        };
        let reason = DisplayErrorContext(&error).to_string();
        if certain { Self::Refused { service, reason } } else { Self::Unanswered { service, reason } }
    }
}

impl From<NotificationError> for Failure {
    fn from(error: NotificationError) -> Self {
        Failure::new(error.name(), error.to_string())
    }
}
