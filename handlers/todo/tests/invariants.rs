//! What holds for a todo whatever is done to it, in any order.
#![allow(clippy::unwrap_used)]

use events::{Timestamp, TodoStatus};
use proptest::prelude::*;
use todo::domain::{Changes, Edit, NewTodo, Todo, complete, create, update};

const START: i64 = 1_795_248_000_000;

#[derive(Clone, Debug)]
enum Deed {
    Update(Changes),
    Complete,
}

fn edit(values: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Edit<String>> {
    prop_oneof![Just(Edit::Keep), Just(Edit::Clear), values.prop_map(Edit::Set)]
}

fn due_times() -> impl Strategy<Value = String> {
    prop_oneof![
        (-5_000_i64..50_000).prop_map(|offset| Timestamp::from_millis(START + offset).unwrap().to_string()),
        "[0-9TZ:-]{0,20}"
    ]
}

fn deeds() -> impl Strategy<Value = Deed> {
    let status = prop_oneof![Just(None), Just(Some(TodoStatus::Open)), Just(Some(TodoStatus::Completed))];
    let update = (edit("[ab ]{0,3}"), edit("[ab ]{0,3}"), edit(due_times()), status)
        .prop_map(|(title, notes, due_at, status)| Deed::Update(Changes { title, notes, due_at, status }));
    prop_oneof![4 => update, 1 => Just(Deed::Complete)]
}

fn new_todo() -> Todo {
    let new = NewTodo { title: "a".to_owned(), notes: None, due_at: None };
    create(&new, "1".to_owned(), Timestamp::from_millis(START).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn a_todo_keeps_its_invariants_through_any_deeds(deeds in prop::collection::vec(deeds(), 0..30)) {
        let mut before = new_todo();
        for (deed, second) in deeds.into_iter().zip(1..) {
            let now = Timestamp::from_millis(START + 1000 * second).unwrap();
            let after = match deed {
                Deed::Complete => complete(&before, now),
                Deed::Update(changes) => match update(&before, &changes, now) {
                    Ok(after) => after,
                    Err(_) => continue,
                },
            };
            prop_assert_eq!((&after.id, &after.owner, after.created_at), (&before.id, &before.owner, before.created_at));
            prop_assert_eq!(after.completed_at.is_some(), after.status == TodoStatus::Completed);
            prop_assert_eq!(after.title.as_str(), after.title.as_str().trim());
            prop_assert!(!after.title.as_str().is_empty());
            if after.due_at != before.due_at {
                prop_assert!(after.due_at.is_none_or(|due_at| due_at > now));
            }
            if after.version == before.version {
                prop_assert_eq!(&after, &before);
            } else {
                prop_assert_eq!((after.version, after.updated_at), (before.version + 1, now));
            }
            before = after;
        }
    }
}
