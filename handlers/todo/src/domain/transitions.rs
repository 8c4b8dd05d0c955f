//! What creation, update and completion make of a todo.

use events::{Timestamp, TodoStatus};
use serde::{Deserialize, Serialize};

use crate::TodoError;
use crate::domain::{Edit, Notes, OWNER, Title, Todo, due_in_future};

/// What a todo is created from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTodo {
    /// See [`Title::parse`].
    pub title: String,
    /// See [`Notes::parse`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// See [`due_in_future`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
}

/// What an update changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// See [`Title::parse`]; it can't be cleared.
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub title: Edit<String>,
    /// See [`Notes::parse`].
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub notes: Edit<String>,
    /// See [`due_in_future`]; the due time that the todo has already is accepted even when it has passed.
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub due_at: Edit<String>,
    /// `OPEN` opens a completed todo again, `COMPLETED` completes an open one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TodoStatus>,
}

/// The todo that `new` describes, at version 1.
///
/// # Errors
/// What the rules for title, notes and due time refuse.
pub fn create(new: &NewTodo, id: String, now: Timestamp) -> Result<Todo, TodoError> {
    Ok(Todo {
        id,
        owner: OWNER.to_owned(),
        title: Title::parse(&new.title)?,
        notes: new.notes.as_deref().map(Notes::parse).transpose()?.flatten(),
        status: TodoStatus::Open,
        due_at: new.due_at.as_deref().map(|text| due_in_future(text, now)).transpose()?,
        version: 1,
        created_at: now,
        updated_at: now,
        completed_at: None,
    })
}

/// The todo after `changes`, one version on; at the same version when they change nothing.
///
/// # Errors
/// What the rules for title, notes and due time refuse.
pub fn update(todo: &Todo, changes: &Changes, now: Timestamp) -> Result<Todo, TodoError> {
    let title = match &changes.title {
        Edit::Keep => todo.title.clone(),
        Edit::Clear => return Err(TodoError::TitleEmpty),
        Edit::Set(text) => Title::parse(text)?,
    };
    let notes = changes.notes.clone().apply(todo.notes.clone(), |text| Notes::parse(&text))?;
    let due_at = changes.due_at.clone().apply(todo.due_at, |text| {
        let unchanged = todo.due_at.filter(|due_at| text.parse() == Ok(*due_at));
        unchanged.map_or_else(|| due_in_future(&text, now), Ok).map(Some)
    })?;
    let status = changes.status.unwrap_or(todo.status);
    Ok(advanced(todo, Todo { title, notes, due_at, status, ..todo.clone() }, now))
}

/// The todo as completed; unchanged when it was completed already.
pub fn complete(todo: &Todo, now: Timestamp) -> Todo {
    advanced(todo, Todo { status: TodoStatus::Completed, ..todo.clone() }, now)
}

/// Refuses a change made for another version than the todo's. `None` takes any.
///
/// # Errors
/// [`TodoError::VersionConflict`].
pub fn expect_version(todo: &Todo, expected: Option<u64>) -> Result<(), TodoError> {
    match expected {
        Some(expected) if expected != todo.version => {
            Err(TodoError::VersionConflict { id: todo.id.clone(), expected, actual: todo.version })
        }
        _ => Ok(()),
    }
}

fn advanced(before: &Todo, mut after: Todo, now: Timestamp) -> Todo {
    if after == *before {
        return after;
    }
    after.completed_at = match after.status {
        TodoStatus::Open => None,
        TodoStatus::Completed => before.completed_at.or(Some(now)),
    };
    after.version += 1;
    after.updated_at = now;
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn now() -> Timestamp {
        at("2026-11-21T08:00:00Z")
    }

    fn later() -> Timestamp {
        at("2026-11-21T09:00:00Z")
    }

    fn todo() -> Todo {
        let new = NewTodo {
            title: " Water the plants ".to_owned(),
            notes: Some("balcony".to_owned()),
            due_at: Some("2026-11-21T09:30:00+01:00".to_owned()),
        };
        create(&new, "1".to_owned(), now()).expect("valid")
    }

    fn set(text: &str) -> Edit<String> {
        Edit::Set(text.to_owned())
    }

    #[test]
    fn creation_trims_the_title_and_takes_the_due_time_to_utc() {
        let todo = todo();
        assert_eq!((todo.title.as_str(), todo.version, todo.status), ("Water the plants", 1, TodoStatus::Open));
        assert_eq!(todo.due_at, Some(at("2026-11-21T08:30:00Z")));
    }

    #[test]
    fn a_due_time_must_be_a_moment_after_now() {
        let create_due = |due_at: &str| {
            let new = NewTodo { title: "a".to_owned(), notes: None, due_at: Some(due_at.to_owned()) };
            create(&new, "1".to_owned(), now()).map_err(|error| error.name())
        };
        assert_eq!(create_due("2026-11-21T08:00:00Z"), Err("Todo.DueInPast"));
        assert!(create_due("2026-11-21T08:00:00.001Z").is_ok());
        for text in ["", "tomorrow", "2026-11-21", "2026-11-21T08:00:00"] {
            assert_eq!(create_due(text), Err("Todo.InvalidDueTime"), "{text:?}");
        }
    }

    #[test]
    fn an_update_keeps_what_is_absent_and_clears_what_is_null() {
        let changes: Changes = serde_json::from_str(r#"{"title": "b", "notes": null}"#).expect("valid");
        let after = update(&todo(), &changes, later()).expect("valid");
        assert_eq!((after.title.as_str(), &after.notes, after.due_at), ("b", &None, todo().due_at));
        assert_eq!((after.version, after.updated_at, after.created_at), (2, later(), now()));
    }

    #[test]
    fn an_update_that_changes_nothing_makes_no_version() {
        let changes = Changes { title: set("Water the plants "), notes: set("balcony"), ..Changes::default() };
        assert_eq!(update(&todo(), &changes, later()), Ok(todo()));
    }

    #[test]
    fn a_title_cannot_be_cleared() {
        let changes = Changes { title: Edit::Clear, ..Changes::default() };
        assert_eq!(update(&todo(), &changes, later()), Err(TodoError::TitleEmpty));
    }

    #[test]
    fn the_due_time_that_a_todo_has_is_accepted_after_it_passed_but_no_other_past_one() {
        let same = Changes { title: set("b"), due_at: set("2026-11-21T08:30:00Z"), ..Changes::default() };
        assert_eq!(update(&todo(), &same, later()).map(|todo| todo.due_at), Ok(todo().due_at));
        let other = Changes { due_at: set("2026-11-21T08:31:00Z"), ..Changes::default() };
        assert_eq!(update(&todo(), &other, later()).map_err(|error| error.name()), Err("Todo.DueInPast"));
    }

    #[test]
    fn completing_twice_changes_nothing_the_second_time() {
        let completed = complete(&todo(), later());
        assert_eq!((completed.status, completed.completed_at), (TodoStatus::Completed, Some(later())));
        assert_eq!(complete(&completed, at("2027-01-01T00:00:00Z")), completed);
    }

    #[test]
    fn opening_again_forgets_when_it_was_completed() {
        let opened = Changes { status: Some(TodoStatus::Open), ..Changes::default() };
        let after = update(&complete(&todo(), later()), &opened, later()).expect("valid");
        assert_eq!((after.status, after.completed_at, after.version), (TodoStatus::Open, None, 3));
    }

    #[test]
    fn a_change_made_for_another_version_is_refused() {
        assert_eq!(expect_version(&todo(), None), Ok(()));
        assert_eq!(expect_version(&todo(), Some(1)), Ok(()));
        assert_eq!(
            expect_version(&todo(), Some(3)),
            Err(TodoError::VersionConflict { id: "1".to_owned(), expected: 3, actual: 1 })
        );
    }

    #[test]
    fn every_json_of_changes_survives_a_round_trip() {
        for json in [r#"{}"#, r#"{"notes":null}"#, r#"{"title":"a","dueAt":"x","status":"OPEN"}"#] {
            let changes: Changes = serde_json::from_str(json).expect("valid");
            assert_eq!(serde_json::to_string(&changes).expect("serializable"), json);
        }
    }
}
