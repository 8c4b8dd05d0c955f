//! The table of todos, read only.

use events::TodoSnapshot;
use function::{Context, MissingSetting};
use subgraph::table::OwnedTable;
use subgraph::walk::{Page, Window};

use crate::filter::Wanted;
use crate::rejection::Rejection;

/// Whose todos are listed as long as there is no identity.
const OWNER: &str = "everyone";

/// The table `todos` and its index `byOwner`.
#[derive(Clone, Debug)]
pub(crate) struct Todos(OwnedTable);

impl Todos {
    /// The table that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        Ok(Self(OwnedTable { client, table: context.settings.require("TODOS_TABLE")?, title: "the table of todos" }))
    }

    /// The todo of that id, as of now.
    pub(crate) async fn todo(&self, id: &str) -> Result<Option<TodoSnapshot>, Rejection> {
        self.0.get(id).await
    }

    /// A page of the connection.
    pub(crate) async fn page(&self, window: Window<Wanted>) -> Result<Page<TodoSnapshot>, Rejection> {
        self.0.page(OWNER, window).await
    }
}
