//! The states of a pipe.

/// What the owner of a pipe wants it to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DesiredState {
    Running,
    Stopped,
}

/// What a pipe is.
///
/// ```text
/// Creating ─┬─> Running <──> Updating        Running ──> Stopping ──> Stopped
///           ├─> Stopped                      Stopped, StartFailed ──> Starting ─┬─> Running
///           └─> CreateFailed                 any settled ──> Deleting           └─> StartFailed
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CurrentState {
    Creating,
    Running,
    Updating,
    Starting,
    Stopping,
    Stopped,
    Deleting,
    CreateFailed,
    StartFailed,
    UpdateFailed,
}

impl DesiredState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Stopped => "STOPPED",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Running, Self::Stopped].into_iter().find(|state| state.as_str() == text)
    }
}

impl CurrentState {
    const ALL: [Self; 10] = [
        Self::Creating,
        Self::Running,
        Self::Updating,
        Self::Starting,
        Self::Stopping,
        Self::Stopped,
        Self::Deleting,
        Self::CreateFailed,
        Self::StartFailed,
        Self::UpdateFailed,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Running => "RUNNING",
            Self::Updating => "UPDATING",
            Self::Starting => "STARTING",
            Self::Stopping => "STOPPING",
            Self::Stopped => "STOPPED",
            Self::Deleting => "DELETING",
            Self::CreateFailed => "CREATE_FAILED",
            Self::StartFailed => "START_FAILED",
            Self::UpdateFailed => "UPDATE_FAILED",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the pipe is on its way to another state, and can't be changed meanwhile.
    pub(crate) const fn is_transient(self) -> bool {
        matches!(self, Self::Creating | Self::Updating | Self::Starting | Self::Stopping | Self::Deleting)
    }

    /// What a pipe becomes whose source can't be read when it sets out from this state.
    pub(crate) const fn failed(self) -> Self {
        match self {
            Self::Creating => Self::CreateFailed,
            Self::Updating => Self::UpdateFailed,
            _ => Self::StartFailed,
        }
    }
}
