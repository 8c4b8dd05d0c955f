//! What a todo is and what may become of it: pure, the present moment comes in as `now`.

mod due;
mod edit;
mod notes;
mod title;
mod todo;
mod transitions;

pub use due::due_in_future;
pub use edit::Edit;
pub use notes::{NOTES_LIMIT, Notes};
pub use title::{TITLE_LIMIT, Title};
pub use todo::{OWNER, Todo};
pub use transitions::{Changes, NewTodo, complete, create, expect_version, update};
