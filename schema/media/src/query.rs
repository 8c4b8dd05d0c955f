//! The root `Query`.

use async_graphql::{Context, ID, Object, Result};
use subgraph::budget::ReadBudget;
use subgraph::paging::Paging;
use subgraph::rejection::Rejection;

use crate::connection::MediaConnection;
use crate::filter::{MediaFilter, Wanted};
use crate::media::Media;
use crate::table::MediaTable;

/// What can be read.
pub(crate) struct Query;

/// What can be read.
#[Object]
impl Query {
    /// The media of that id; null when there is none. One that was deleted says so for a month.
    async fn media(&self, context: &Context<'_>, id: ID) -> Result<Option<Media>> {
        read(context, &id).await
    }

    /// An owner's media in the order of their creation, the oldest first. `first` with `after` walks towards the newest,
    /// `last` with `before` towards the oldest; a page holds up to 100, 20 if neither is given. A change may take a moment
    /// to show here; `media` shows it at once.
    #[graphql(complexity = "Paging::size(first, last) * child_complexity + 1")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn media_by_owner(
        &self,
        context: &Context<'_>,
        owner: ID,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<MediaFilter>,
    ) -> Result<MediaConnection> {
        let wanted = Wanted::from(filter.unwrap_or_default());
        let window = Paging { first, after, last, before }.window(wanted).map_err(Rejection::told)?;
        let (direction, came_from) = (window.direction, window.from.is_some());
        let page = context.data::<MediaTable>()?.page(&owner, window).await.map_err(Rejection::told)?;
        Ok(MediaConnection::new(page, direction, came_from))
    }

    /// The media that another subgraph refers to.
    #[graphql(entity)]
    async fn find_media_by_id(&self, context: &Context<'_>, id: ID) -> Result<Option<Media>> {
        read(context, &id).await
    }
}

async fn read(context: &Context<'_>, id: &str) -> Result<Option<Media>> {
    context.data::<ReadBudget>()?.take().map_err(Rejection::told)?;
    Ok(context.data::<MediaTable>()?.get(id).await.map_err(Rejection::told)?.map(Media::from))
}
