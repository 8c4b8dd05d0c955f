//! Media as a Relay connection.

use async_graphql::SimpleObject;
use subgraph::page_info::PageInfo;
use subgraph::walk::{Direction, Page};

use crate::media::Media;
use crate::table::Item;

/// A page of media. <https://relay.dev/graphql/connections.htm>
#[derive(Debug, SimpleObject)]
pub(crate) struct MediaConnection {
    /// The media with their cursors.
    edges: Vec<MediaEdge>,
    /// The media.
    nodes: Vec<Media>,
    /// What lies around the page.
    page_info: PageInfo,
}

/// A media of a page.
#[derive(Debug, SimpleObject)]
pub(crate) struct MediaEdge {
    /// Where it stands: stays valid while media come and go.
    cursor: String,
    /// The media.
    node: Media,
}

impl MediaConnection {
    /// The connection that shows `page`, which was found in `direction`, from a cursor or not.
    pub(crate) fn new(mut page: Page<Item>, direction: Direction, came_from: bool) -> Self {
        let page_info = PageInfo::around(&mut page, direction, came_from);
        let nodes = page.entries.iter().map(|entry| entry.node.clone().into()).collect();
        let edges = page.entries.into_iter();
        let edges = edges.map(|entry| MediaEdge { cursor: entry.position.to_cursor(), node: entry.node.into() });
        Self { edges: edges.collect(), nodes, page_info }
    }
}
