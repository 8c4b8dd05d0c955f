//! A replay and the states it goes through.

use std::collections::BTreeSet;

use clock::Timestamp;
use serde::{Deserialize, Serialize};

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeReplay.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    Starting,
    Running,
    Cancelling,
    Completed,
    Cancelled,
    Failed,
}

/// What can happen to a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// Its first batch is about to be read.
    Began,
    /// Every event of its window has been routed.
    Exhausted,
    /// Somebody called CancelReplay.
    CancelAsked,
    /// It has noticed that it was cancelled.
    Stopped,
    /// Its archive or its bus is gone.
    Broke,
}

impl State {
    /// The state after `happening`; `None` when that can't happen in this state.
    pub(crate) fn after(self, happening: Happening) -> Option<Self> {
        use {Happening as H, State as S};
        match (self, happening) {
            (S::Starting, H::Began) => Some(S::Running),
            (S::Running, H::Exhausted) => Some(S::Completed),
            (S::Starting | S::Running, H::CancelAsked) => Some(S::Cancelling),
            (S::Cancelling, H::Stopped) => Some(S::Cancelled),
            (S::Starting | S::Running, H::Broke) => Some(S::Failed),
            _ => None,
        }
    }

    /// Whether it counts towards the limit of concurrent replays.
    pub(crate) fn is_active(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }

    /// Whether nothing can happen to it any more.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Failed)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Cancelling => "CANCELLING",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }
}

/// A replay, and how far it got.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Replay {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) archive: String,
    pub(crate) archive_id: i64,
    pub(crate) bus: String,
    /// The rules that get the events; all of the bus when it is `None`.
    pub(crate) filter_arns: Option<BTreeSet<String>>,
    pub(crate) event_start: Timestamp,
    pub(crate) event_end: Timestamp,
    pub(crate) state: State,
    pub(crate) state_reason: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    /// Time and number of the last event that was routed.
    pub(crate) cursor: Option<Cursor>,
}

/// A place in an archive: events are read in the order of their time, then of their arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) time: Timestamp,
    pub(crate) sequence: i64,
}

impl Replay {
    /// Whether the rule of that ARN gets the events that it matches.
    pub(crate) fn reaches(&self, rule_arn: &str) -> bool {
        self.filter_arns.as_ref().is_none_or(|arns| arns.contains(rule_arn))
    }

    /// Lets `happening` happen; false, and nothing changed, when it can't.
    pub(crate) fn advance(&mut self, happening: Happening, now: Timestamp) -> bool {
        let Some(state) = self.state.after(happening) else { return false };
        self.state = state;
        if state.is_final() {
            self.ended_at = Some(now);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_ends_completed_cancelled_or_failed_and_stays_there() {
        use Happening::{Began, Broke, CancelAsked, Exhausted, Stopped};
        let path = |happenings: &[Happening]| {
            happenings.iter().try_fold(State::Starting, |state, happening| state.after(*happening))
        };
        assert_eq!(path(&[Began, Exhausted]), Some(State::Completed));
        assert_eq!(path(&[CancelAsked, Stopped]), Some(State::Cancelled));
        assert_eq!(path(&[Began, CancelAsked, Stopped]), Some(State::Cancelled));
        assert_eq!(path(&[Began, Broke]), Some(State::Failed));
        for end in [State::Completed, State::Cancelled, State::Failed] {
            for happening in [Began, Broke, CancelAsked, Exhausted, Stopped] {
                assert_eq!(end.after(happening), None);
            }
        }
        assert_eq!(path(&[Began, CancelAsked, Exhausted]), None, "a cancelled replay does not complete");
    }
}
