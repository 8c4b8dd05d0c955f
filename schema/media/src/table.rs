//! The table of media, read only.

use events::MediaSnapshot;
use function::{Context, MissingSetting};
use serde::Deserialize;
use subgraph::rejection::Rejection;
use subgraph::table::OwnedTable;
use subgraph::walk::{Page, Window};

use crate::filter::Wanted;

/// What of an item queries show.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Item {
    #[serde(flatten)]
    pub(crate) media: MediaSnapshot,
    pub(crate) upload: UploadItem,
}

/// What was announced of the upload.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UploadItem {
    /// SHA-256 in base64.
    pub(crate) checksum: String,
}

/// The table `media` and its index `byOwner`.
#[derive(Clone, Debug)]
pub(crate) struct MediaTable(OwnedTable);

impl MediaTable {
    /// The table that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        Ok(Self(OwnedTable { client, table: context.settings.require("MEDIA_TABLE")?, title: "the table of media" }))
    }

    /// The media of that id, as of now.
    pub(crate) async fn get(&self, id: &str) -> Result<Option<Item>, Rejection> {
        self.0.get(id).await
    }

    /// A page of an owner's.
    pub(crate) async fn page(&self, owner: &str, window: Window<Wanted>) -> Result<Page<Item>, Rejection> {
        self.0.page(owner, window).await
    }
}
