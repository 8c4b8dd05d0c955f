//! How a page of the connection is filled: a walk along the index until enough todos are found, or the end is.
//!
//! Pure: [`Walk::next`] says what to read, [`Walk::take`] takes what was read.

use events::TodoSnapshot;

use crate::cursor::Position;
use crate::filter::Wanted;

/// How many index entries one request reads when a filter leaves some out.
const FILTERED_READ: usize = 200;

/// How many requests one page may take. Then it ends early, and its end cursor says where to go on.
const READS: usize = 25;

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the oldest to the newest.
    Forward,
    /// From the newest to the oldest.
    Backward,
}

/// A todo and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Entry {
    pub(crate) position: Position,
    #[serde(flatten)]
    pub(crate) todo: TodoSnapshot,
}

/// What a page is to hold.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) direction: Direction,
    /// Where the walk starts; this entry isn't part of it.
    pub(crate) from: Option<Position>,
    /// Where it ends; nor is this.
    pub(crate) to: Option<Position>,
    pub(crate) size: usize,
    pub(crate) wanted: Wanted,
}

/// What to read next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) direction: Direction,
    /// After which entry, in that direction.
    pub(crate) after: Option<Position>,
    pub(crate) limit: usize,
}

/// A page, in the order of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Where the next page starts; `None` when there is no more.
    pub(crate) next: Option<Position>,
}

/// A walk on its way.
#[derive(Debug)]
pub(crate) struct Walk {
    window: Window,
    found: Vec<Entry>,
    /// The last entry that was looked at.
    at: Option<Position>,
    reads: usize,
    ended: Option<Ended>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// There is nothing beyond what was found.
    Exhausted,
    /// There is one more at least.
    Full,
}

impl Walk {
    /// A walk that begins.
    pub(crate) fn new(window: Window) -> Self {
        let at = window.from.clone();
        Self { window, found: Vec::new(), at, reads: 0, ended: None }
    }

    /// What to read next; `None` when the page is done.
    pub(crate) fn next(&self) -> Option<Read> {
        if self.ended.is_some() || self.reads == READS {
            return None;
        }
        let limit = if self.window.wanted.is_everything() { self.window.size + 1 } else { FILTERED_READ };
        Some(Read { direction: self.window.direction, after: self.at.clone(), limit })
    }

    /// Takes what was read, and whether the index goes on after it.
    pub(crate) fn take(&mut self, entries: Vec<Entry>, goes_on: bool) {
        self.reads += 1;
        for entry in entries {
            if self.is_beyond(&entry.position) {
                self.ended = Some(Ended::Exhausted);
                return;
            }
            if !self.window.wanted.includes(&entry.todo) {
                self.at = Some(entry.position);
            } else if self.found.len() < self.window.size {
                self.at = Some(entry.position.clone());
                self.found.push(entry);
            } else {
                self.ended = Some(Ended::Full);
                return;
            }
        }
        if !goes_on {
            self.ended = Some(Ended::Exhausted);
        }
    }

    /// The page.
    pub(crate) fn finish(self) -> Page {
        let next = match self.ended {
            Some(Ended::Exhausted) => None,
            Some(Ended::Full) => self.found.last().map(|entry| entry.position.clone()),
            None => self.at,
        };
        Page { entries: self.found, next }
    }

    fn is_beyond(&self, position: &Position) -> bool {
        self.window.to.as_ref().is_some_and(|to| match self.window.direction {
            Direction::Forward => position >= to,
            Direction::Backward => position <= to,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::TodoFilter;

    fn position(second: u32) -> Position {
        let text = format!("2026-11-21T08:{:02}:{:02}.000Z#{second}", second / 60, second % 60);
        serde_json::from_value(text.into()).expect("a text")
    }

    fn entry(second: u32, title: &str) -> Entry {
        let moment = "2026-11-21T08:00:00Z".parse().expect("a moment");
        Entry {
            position: position(second),
            todo: TodoSnapshot {
                id: second.to_string(),
                owner: "everyone".to_owned(),
                title: title.to_owned(),
                notes: None,
                status: events::TodoStatus::Open,
                due_at: None,
                version: 1,
                created_at: moment,
                updated_at: moment,
                completed_at: None,
            },
        }
    }

    /// Every tenth of `count` todos is a needle.
    fn index(count: u32) -> Vec<Entry> {
        (0..count).map(|second| entry(second, if second % 10 == 9 { "a Needle" } else { "hay" })).collect()
    }

    /// Walks along `index` as DynamoDB would read it.
    fn page(index: &[Entry], window: Window) -> (Vec<u32>, Option<Position>) {
        let mut walk = Walk::new(window);
        while let Some(read) = walk.next() {
            let mut rest: Vec<Entry> = match read.direction {
                Direction::Forward => index.to_vec(),
                Direction::Backward => index.iter().rev().cloned().collect(),
            };
            rest.retain(|entry| match (&read.after, read.direction) {
                (None, _) => true,
                (Some(after), Direction::Forward) => entry.position > *after,
                (Some(after), Direction::Backward) => entry.position < *after,
            });
            let goes_on = rest.len() > read.limit;
            rest.truncate(read.limit);
            walk.take(rest, goes_on);
        }
        let page = walk.finish();
        (page.entries.iter().map(|entry| entry.todo.id.parse().expect("a number")).collect(), page.next)
    }

    fn window(direction: Direction, from: Option<u32>, to: Option<u32>, size: usize) -> Window {
        let wanted = Wanted::default();
        Window { direction, from: from.map(position), to: to.map(position), size, wanted }
    }

    fn needles() -> Wanted {
        let filter: TodoFilter = async_graphql::InputType::parse(Some(async_graphql::value!({"text": "NEEDLE"})))
            .unwrap_or_else(|_| panic!("a filter"));
        filter.wanted().expect("readable")
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let index = index(5);
        let (first, next) = page(&index, window(Direction::Forward, None, None, 2));
        assert_eq!((first, next), (vec![0, 1], Some(position(1))));
        let (last, next) = page(&index, window(Direction::Forward, Some(2), None, 2));
        assert_eq!((last, next), (vec![3, 4], None));
    }

    #[test]
    fn a_walk_back_begins_at_the_end() {
        let (page, next) = page(&index(5), window(Direction::Backward, None, None, 3));
        assert_eq!((page, next), (vec![4, 3, 2], Some(position(2))));
    }

    #[test]
    fn both_cursors_bound_a_walk() {
        let (both, next) = page(&index(9), window(Direction::Forward, Some(1), Some(5), 9));
        assert_eq!((both, next), (vec![2, 3, 4], None));
        let (both, next) = page(&index(9), window(Direction::Backward, Some(5), Some(1), 2));
        assert_eq!((both, next), (vec![4, 3], Some(position(3))));
    }

    #[test]
    fn a_filtered_page_is_filled_over_several_reads() {
        let found = page(&index(1000), Window { wanted: needles(), ..window(Direction::Forward, None, None, 50) });
        assert_eq!(found.0.len(), 50);
        assert_eq!(found.1, Some(position(499)));
    }

    #[test]
    fn a_page_that_ends_with_the_last_match_has_no_next_one() {
        let found = page(&index(1000), Window { wanted: needles(), ..window(Direction::Forward, None, None, 100) });
        assert_eq!((found.0.len(), found.1), (100, None));
    }

    #[test]
    fn a_page_that_would_take_too_many_reads_ends_early_and_says_where_to_go_on() {
        let mut index = index(u32::try_from(READS * FILTERED_READ).expect("small") * 2);
        index.retain(|entry| entry.todo.title == "hay");
        let found = page(&index, Window { wanted: needles(), ..window(Direction::Forward, None, None, 1) });
        assert_eq!(found.0, Vec::<u32>::new());
        assert_eq!(found.1, Some(index[READS * FILTERED_READ - 1].position.clone()));
    }
}
