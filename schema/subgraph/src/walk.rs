//! How a page of a connection is filled: a walk along the index until enough is found, or the end is.
//!
//! Pure: [`Walk::next`] says what to read, [`Walk::take`] takes what was read.

use crate::cursor::Position;

/// How many index entries one request reads when a filter leaves some out.
const FILTERED_READ: usize = 200;

/// How many requests one page may take. Then it ends early, and its end cursor says where to go on.
const READS: usize = 25;

/// What of an index a query wants.
pub trait Selection<Node> {
    /// Whether nothing is left out.
    fn is_everything(&self) -> bool;

    /// Whether `node` is wanted.
    fn includes(&self, node: &Node) -> bool;
}

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the oldest to the newest.
    Forward,
    /// From the newest to the oldest.
    Backward,
}

/// A node and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Entry<Node> {
    /// Where it stands.
    pub position: Position,
    /// What stands there.
    #[serde(flatten)]
    pub node: Node,
}

/// What a page is to hold.
#[derive(Clone, Debug)]
pub struct Window<Wanted> {
    /// Which way to walk.
    pub direction: Direction,
    /// Where the walk starts; this entry isn't part of it.
    pub from: Option<Position>,
    /// Where it ends; nor is this.
    pub to: Option<Position>,
    /// How many entries it holds at most.
    pub size: usize,
    /// What is left out of it.
    pub wanted: Wanted,
}

/// What to read next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Which way.
    pub direction: Direction,
    /// After which entry, in that direction.
    pub after: Option<Position>,
    /// How many entries.
    pub limit: usize,
}

/// A page, in the order of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Node> {
    /// What was found.
    pub entries: Vec<Entry<Node>>,
    /// Where the next page starts; `None` when there is no more.
    pub next: Option<Position>,
}

/// A walk on its way.
#[derive(Debug)]
pub struct Walk<Node, Wanted> {
    window: Window<Wanted>,
    found: Vec<Entry<Node>>,
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

impl<Node, Wanted: Selection<Node>> Walk<Node, Wanted> {
    /// A walk that begins.
    pub fn new(window: Window<Wanted>) -> Self {
        let at = window.from.clone();
        Self { window, found: Vec::new(), at, reads: 0, ended: None }
    }

    /// What to read next; `None` when the page is done.
    pub fn next(&self) -> Option<Read> {
        if self.ended.is_some() || self.reads == READS {
            return None;
        }
        let limit = if self.window.wanted.is_everything() { self.window.size + 1 } else { FILTERED_READ };
        Some(Read { direction: self.window.direction, after: self.at.clone(), limit })
    }

    /// Takes what was read, and whether the index goes on after it.
    pub fn take(&mut self, entries: Vec<Entry<Node>>, goes_on: bool) {
        self.reads += 1;
        for entry in entries {
            if self.is_beyond(&entry.position) {
                self.ended = Some(Ended::Exhausted);
                return;
            }
            if !self.window.wanted.includes(&entry.node) {
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
    pub fn finish(self) -> Page<Node> {
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

    /// Wants everything, or what is a multiple of ten.
    #[derive(Clone, Copy, Debug)]
    enum Wanted {
        Everything,
        Needles,
    }

    impl Selection<u32> for Wanted {
        fn is_everything(&self) -> bool {
            matches!(self, Self::Everything)
        }

        fn includes(&self, node: &u32) -> bool {
            self.is_everything() || node % 10 == 9
        }
    }

    fn position(second: u32) -> Position {
        let text = format!("2026-11-21T08:{:02}:{:02}.000Z#{second}", second / 60, second % 60);
        serde_json::from_value(text.into()).expect("a text")
    }

    fn index(count: u32) -> Vec<Entry<u32>> {
        (0..count).map(|second| Entry { position: position(second), node: second }).collect()
    }

    /// Walks along `index` as DynamoDB would read it.
    fn page(index: &[Entry<u32>], window: Window<Wanted>) -> (Vec<u32>, Option<Position>) {
        let mut walk = Walk::new(window);
        while let Some(read) = walk.next() {
            let mut rest: Vec<Entry<u32>> = match read.direction {
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
        (page.entries.iter().map(|entry| entry.node).collect(), page.next)
    }

    fn window(direction: Direction, from: Option<u32>, to: Option<u32>, size: usize) -> Window<Wanted> {
        Window { direction, from: from.map(position), to: to.map(position), size, wanted: Wanted::Everything }
    }

    fn needles(size: usize) -> Window<Wanted> {
        Window { wanted: Wanted::Needles, ..window(Direction::Forward, None, None, size) }
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
        let found = page(&index(1000), needles(50));
        assert_eq!(found.0.len(), 50);
        assert_eq!(found.1, Some(position(499)));
    }

    #[test]
    fn a_page_that_ends_with_the_last_match_has_no_next_one() {
        let found = page(&index(1000), needles(100));
        assert_eq!((found.0.len(), found.1), (100, None));
    }

    #[test]
    fn a_page_that_would_take_too_many_reads_ends_early_and_says_where_to_go_on() {
        let mut index = index(u32::try_from(READS * FILTERED_READ).expect("small") * 2);
        index.retain(|entry| entry.node % 10 != 9);
        let found = page(&index, needles(1));
        assert_eq!(found.0, Vec::<u32>::new());
        assert_eq!(found.1, Some(index[READS * FILTERED_READ - 1].position.clone()));
    }
}
