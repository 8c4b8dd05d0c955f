//! Which todos a query wants.

use async_graphql::InputObject;
use events::{Timestamp, TodoSnapshot};
use subgraph::walk::Selection;

use crate::datetime::DateTime;
use crate::rejection::Rejection;
use crate::todo::Status;

/// Which todos to list; all conditions hold together.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct TodoFilter {
    /// Those of this status.
    status: Option<Status>,
    /// Those due before this moment; those without a due time are none of them.
    due_before: Option<DateTime>,
    /// Those due after this moment; those without a due time are none of them.
    due_after: Option<DateTime>,
    /// Those whose title or notes contain this text in any case.
    text: Option<String>,
}

/// A filter that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    status: Option<Status>,
    due_before: Option<Timestamp>,
    due_after: Option<Timestamp>,
    text: Option<String>,
}

impl TodoFilter {
    /// Reads the filter.
    pub(crate) fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted {
            status: self.status,
            due_before: self.due_before.as_ref().map(DateTime::moment).transpose()?,
            due_after: self.due_after.as_ref().map(DateTime::moment).transpose()?,
            text: self.text.as_ref().map(|text| text.to_lowercase()).filter(|text| !text.is_empty()),
        })
    }
}

impl Selection<TodoSnapshot> for Wanted {
    fn is_everything(&self) -> bool {
        self.status.is_none() && self.due_before.is_none() && self.due_after.is_none() && self.text.is_none()
    }

    /// DynamoDB could judge this except for the text, but reads and bills the same items.
    fn includes(&self, todo: &TodoSnapshot) -> bool {
        self.status.is_none_or(|status| status == todo.status.into())
            && self.due_before.is_none_or(|before| todo.due_at.is_some_and(|due_at| due_at < before))
            && self.due_after.is_none_or(|after| todo.due_at.is_some_and(|due_at| due_at > after))
            && self.text.as_ref().is_none_or(|text| {
                let mentions = |field: &str| field.to_lowercase().contains(text);
                mentions(&todo.title) || todo.notes.as_deref().is_some_and(mentions)
            })
    }
}
