//! Todos as a Relay connection.

use async_graphql::SimpleObject;

use subgraph::page_info::PageInfo;

use crate::cursor::Position;
use crate::filter::TodoFilter;
use crate::rejection::Rejection;
use crate::todo::Todo;
use crate::walk::{Direction, Page, Window};

/// How many todos a page holds when the query doesn't say.
const DEFAULT_SIZE: usize = 20;

/// How many todos a page may hold.
const SIZE_LIMIT: usize = 100;

/// A page of todos. <https://relay.dev/graphql/connections.htm>
#[derive(Debug, SimpleObject)]
pub(crate) struct TodoConnection {
    /// The todos with their cursors.
    edges: Vec<TodoEdge>,
    /// The todos.
    nodes: Vec<Todo>,
    /// What lies around the page.
    page_info: PageInfo,
}

/// A todo of a page.
#[derive(Debug, SimpleObject)]
pub(crate) struct TodoEdge {
    /// Where it stands: stays valid while todos come and go.
    cursor: String,
    /// The todo.
    node: Todo,
}

/// How a query asks for a page.
#[derive(Debug, Default)]
pub(crate) struct Paging {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl Paging {
    /// How many todos at most; the cost of a query goes by it. What is refused later costs nothing much.
    pub(crate) fn size(first: Option<i32>, last: Option<i32>) -> usize {
        let size = first.or(last).and_then(|size| usize::try_from(size).ok());
        size.unwrap_or(DEFAULT_SIZE).clamp(1, SIZE_LIMIT)
    }

    /// The window that is asked for.
    pub(crate) fn window(&self, filter: &TodoFilter) -> Result<Window, Rejection> {
        let (direction, argument, size) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Rejection::BadInput("give `first` or `last`, not both".to_owned())),
            (None, Some(last)) => (Direction::Backward, "last", Some(last)),
            (first, None) => (Direction::Forward, "first", first),
        };
        let size = match size.map(usize::try_from) {
            None => DEFAULT_SIZE,
            Some(Ok(size)) if (1..=SIZE_LIMIT).contains(&size) => size,
            _ => return Err(Rejection::BadInput(format!("`{argument}` must be from 1 to {SIZE_LIMIT}"))),
        };
        let after = self.after.as_deref().map(Position::from_cursor).transpose()?;
        let before = self.before.as_deref().map(Position::from_cursor).transpose()?;
        let (from, to) = match direction {
            Direction::Forward => (after, before),
            Direction::Backward => (before, after),
        };
        Ok(Window { direction, from, to, size, wanted: filter.wanted()? })
    }
}

impl TodoConnection {
    /// The connection that shows `page`, which was found in `direction` after `from`.
    pub(crate) fn new(page: Page, direction: Direction, came_from: bool) -> Self {
        let Page { mut entries, next } = page;
        if direction == Direction::Backward {
            entries.reverse();
        }
        let first = entries.first().map(|entry| entry.position.to_cursor());
        let last = entries.last().map(|entry| entry.position.to_cursor());
        let next = next.map(|position| position.to_cursor());
        let has_next = next.is_some();
        let page_info = match direction {
            Direction::Forward => PageInfo {
                has_previous_page: came_from,
                has_next_page: has_next,
                start_cursor: first,
                end_cursor: next.or(last),
            },
            Direction::Backward => PageInfo {
                has_previous_page: has_next,
                has_next_page: came_from,
                start_cursor: next.or(first),
                end_cursor: last,
            },
        };
        let nodes = entries.iter().map(|entry| Todo(entry.todo.clone())).collect();
        let edges = entries
            .into_iter()
            .map(|entry| TodoEdge { cursor: entry.position.to_cursor(), node: Todo(entry.todo) })
            .collect();
        Self { edges, nodes, page_info }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(paging: Paging) -> String {
        paging.window(&TodoFilter::default()).expect_err("refused").to_string()
    }

    #[test]
    fn a_page_is_asked_for_from_one_end_only() {
        let both = Paging { first: Some(1), last: Some(1), ..Paging::default() };
        assert_eq!(refusal(both), "give `first` or `last`, not both");
    }

    #[test]
    fn a_page_holds_1_to_100() {
        for size in [-1, 0, 101] {
            let last = Paging { last: Some(size), ..Paging::default() };
            assert_eq!(refusal(last), "`last` must be from 1 to 100", "{size}");
        }
        let window = Paging::default().window(&TodoFilter::default()).expect("a window");
        assert_eq!((window.size, window.direction), (20, Direction::Forward));
    }

    #[test]
    fn a_foreign_cursor_is_named() {
        let after = Paging { after: Some("b64".to_owned()), ..Paging::default() };
        assert_eq!(refusal(after), "not a cursor of this connection: \"b64\"");
    }
}
