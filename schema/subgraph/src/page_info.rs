//! What lies around a page of a connection.

use async_graphql::SimpleObject;

use crate::walk::{Direction, Page};

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

impl PageInfo {
    /// What lies around a page that was found in `direction`, from a cursor or not. The page is turned around, if need be,
    /// to be in the order of the index.
    pub fn around<Node>(page: &mut Page<Node>, direction: Direction, came_from: bool) -> Self {
        if direction == Direction::Backward {
            page.entries.reverse();
        }
        let first = page.entries.first().map(|entry| entry.position.to_cursor());
        let last = page.entries.last().map(|entry| entry.position.to_cursor());
        let next = page.next.as_ref().map(|position| position.to_cursor());
        let has_next = next.is_some();
        match direction {
            Direction::Forward => Self {
                has_previous_page: came_from,
                has_next_page: has_next,
                start_cursor: first,
                end_cursor: next.or(last),
            },
            Direction::Backward => Self {
                has_previous_page: has_next,
                has_next_page: came_from,
                start_cursor: next.or(first),
                end_cursor: last,
            },
        }
    }
}
