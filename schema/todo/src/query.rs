//! The root `Query`.

use async_graphql::{Context, ID, Object, Result};
use subgraph::budget::ReadBudget;
use subgraph::paging::Paging;

use crate::connection::TodoConnection;
use crate::filter::TodoFilter;
use crate::rejection::Rejection;
use crate::table::Todos;
use crate::todo::Todo;

/// What can be read.
pub(crate) struct Query;

/// What can be read.
#[Object]
impl Query {
    /// The todo of that id; null when there is none.
    async fn todo(&self, context: &Context<'_>, id: ID) -> Result<Option<Todo>> {
        read(context, &id).await
    }

    /// Todos in the order of their creation, the oldest first. `first` with `after` walks towards the newest, `last` with
    /// `before` towards the oldest; a page holds up to 100, 20 if neither is given. A change may take a moment to show
    /// here; `todo` shows it at once.
    #[graphql(complexity = "Paging::size(first, last) * child_complexity + 1")]
    async fn todos(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<TodoFilter>,
    ) -> Result<TodoConnection> {
        let wanted = filter.unwrap_or_default().wanted().map_err(Rejection::told)?;
        let window = Paging { first, after, last, before }.window(wanted).map_err(Rejection::told)?;
        let (direction, came_from) = (window.direction, window.from.is_some());
        let page = context.data::<Todos>()?.page(window).await.map_err(Rejection::told)?;
        Ok(TodoConnection::new(page, direction, came_from))
    }

    /// The todo that another subgraph refers to.
    #[graphql(entity)]
    async fn find_todo_by_id(&self, context: &Context<'_>, id: ID) -> Result<Option<Todo>> {
        read(context, &id).await
    }
}

async fn read(context: &Context<'_>, id: &str) -> Result<Option<Todo>> {
    context.data::<ReadBudget>()?.take().map_err(Rejection::told)?;
    Ok(context.data::<Todos>()?.todo(id).await.map_err(Rejection::told)?.map(Todo))
}
