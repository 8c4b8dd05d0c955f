//! Todos as a Relay connection.

use async_graphql::SimpleObject;
use events::TodoSnapshot;
use subgraph::page_info::PageInfo;
use subgraph::walk::{Direction, Page};

use crate::todo::Todo;

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

impl TodoConnection {
    /// The connection that shows `page`, which was found in `direction`, from a cursor or not.
    pub(crate) fn new(mut page: Page<TodoSnapshot>, direction: Direction, came_from: bool) -> Self {
        let page_info = PageInfo::around(&mut page, direction, came_from);
        let nodes = page.entries.iter().map(|entry| Todo(entry.node.clone())).collect();
        let edges = page.entries.into_iter();
        let edges = edges.map(|entry| TodoEdge { cursor: entry.position.to_cursor(), node: Todo(entry.node) });
        Self { edges: edges.collect(), nodes, page_info }
    }
}
