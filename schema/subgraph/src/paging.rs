//! How a query asks for a page of a connection.

use crate::cursor::Position;
use crate::rejection::Rejection;
use crate::walk::{Direction, Window};

/// How many nodes a page holds when the query doesn't say.
const DEFAULT_SIZE: usize = 20;

/// How many nodes a page may hold.
const SIZE_LIMIT: usize = 100;

/// How a query asks for a page. <https://relay.dev/graphql/connections.htm>
#[derive(Debug, Default)]
pub struct Paging {
    /// How many, from the oldest.
    pub first: Option<i32>,
    /// After which cursor.
    pub after: Option<String>,
    /// How many, from the newest.
    pub last: Option<i32>,
    /// Before which cursor.
    pub before: Option<String>,
}

impl Paging {
    /// How many nodes at most; the cost of a query goes by it. What is refused later costs nothing much.
    pub fn size(first: Option<i32>, last: Option<i32>) -> usize {
        let size = first.or(last).and_then(|size| usize::try_from(size).ok());
        size.unwrap_or(DEFAULT_SIZE).clamp(1, SIZE_LIMIT)
    }

    /// The window that is asked for.
    ///
    /// # Errors
    /// Names the argument that makes no sense.
    pub fn window<Wanted>(&self, wanted: Wanted) -> Result<Window<Wanted>, Rejection> {
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
        Ok(Window { direction, from, to, size, wanted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(paging: Paging) -> String {
        paging.window(()).expect_err("refused").to_string()
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
        let window = Paging::default().window(()).expect("a window");
        assert_eq!((window.size, window.direction), (20, Direction::Forward));
    }

    #[test]
    fn a_foreign_cursor_is_named() {
        let after = Paging { after: Some("b64".to_owned()), ..Paging::default() };
        assert_eq!(refusal(after), "not a cursor of this connection: \"b64\"");
    }
}
