//! Time zones by name, and local times in them.

use std::sync::LazyLock;

use clock::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::InvalidTimeZone;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the IANA database that is part of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone of an IANA name: `Europe/Berlin`.
    ///
    /// # Errors
    /// [`InvalidTimeZone`] when there is none of that name.
    pub fn named(name: &str) -> Result<Self, InvalidTimeZone> {
        DATABASE.get(name).map(Self).map_err(|_| InvalidTimeZone(name.to_owned()))
    }

    /// What clocks in this zone show at a moment.
    pub(crate) fn local(&self, moment: Timestamp) -> Option<DateTime> {
        Some(self.0.to_datetime(jiff::Timestamp::from_millisecond(moment.as_millis()).ok()?))
    }

    /// The moment at which clocks show `local`: the first one when they show it twice, and none when they pass over it.
    ///
    /// So a cron schedule is skipped in spring and runs only once in autumn, as
    /// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time> says.
    pub(crate) fn moment(&self, local: DateTime) -> Option<Timestamp> {
        match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                Some(Timestamp::from_millis(offset.to_timestamp(local).ok()?.as_millisecond()))
            }
            AmbiguousOffset::Gap { .. } => None,
        }
    }

    /// The same, but a time that clocks pass over is as much later as they are put forward: a schedule that runs only
    /// once must not be lost for it.
    pub(crate) fn moment_or_later(&self, local: DateTime) -> Option<Timestamp> {
        let moment = self.0.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Timestamp::from_millis(moment.as_millisecond()))
    }
}
