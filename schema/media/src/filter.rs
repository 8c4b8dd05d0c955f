//! Which media a query wants.

use async_graphql::InputObject;
use events::MediaStatus;
use subgraph::walk::Selection;

use crate::media::{Kind, Status};
use crate::table::Item;

/// Which media to list; all conditions hold together.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct MediaFilter {
    /// Those of one of these statuses; without it, all but those that were deleted.
    statuses: Option<Vec<Status>>,
    /// Those of this kind.
    kind: Option<Kind>,
}

/// A filter that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted(MediaFilter);

impl From<MediaFilter> for Wanted {
    fn from(filter: MediaFilter) -> Self {
        Self(filter)
    }
}

impl Selection<Item> for Wanted {
    fn is_everything(&self) -> bool {
        // Nobody wants to see what was deleted, and what was deleted is little: records of it last a month.
        false
    }

    fn includes(&self, item: &Item) -> bool {
        let status = item.media.status;
        let of_status = match &self.0.statuses {
            Some(statuses) => statuses.contains(&status.into()),
            None => status != MediaStatus::Deleted,
        };
        of_status && self.0.kind.is_none_or(|kind| kind == item.media.kind.into())
    }
}
