//! What lies around a page of a connection.

use async_graphql::SimpleObject;

/// What lies around a page.
#[derive(Debug, SimpleObject)]
#[graphql(shareable)]
pub struct PageInfo {
    /// Whether there is more before the page.
    pub has_previous_page: bool,
    /// Whether there is more after the page.
    pub has_next_page: bool,
    /// Give it as `before` for the previous page.
    pub start_cursor: Option<String>,
    /// Give it as `after` for the next page. A filter that leaves out nearly everything can end a page early, even an
    /// empty one: go on from here as long as there is more.
    pub end_cursor: Option<String>,
}
