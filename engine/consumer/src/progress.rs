//! Which records of a shard are done: they may end out of order, the checkpoint follows the oldest that hasn't.

use std::collections::VecDeque;

/// The records of a shard from the oldest that is not done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    open: VecDeque<Open>,
    /// The number of the first in `open`.
    first: u64,
    /// The last record before `open`.
    done: Option<String>,
    /// How many came to be done since that was asked.
    unsaved: usize,
}

#[derive(Debug)]
struct Open {
    sequence_number: String,
    is_done: bool,
}

impl Progress {
    /// Notes a record that was read, after all before it; the number stands for it.
    pub(crate) fn read(&mut self, sequence_number: String) -> u64 {
        self.open.push_back(Open { sequence_number, is_done: false });
        self.first + self.open.len() as u64 - 1
    }

    /// Notes that a record is done.
    pub(crate) fn done(&mut self, number: u64) {
        let index = number.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
        if let Some(open) = index.and_then(|index| self.open.get_mut(index)) {
            open.is_done = true;
        }
        while let Some(oldest) = self.open.pop_front_if(|oldest| oldest.is_done) {
            self.first += 1;
            self.unsaved += 1;
            self.done = Some(oldest.sequence_number);
        }
    }

    /// The record up to which all are done, where at least so many have come to be since it was asked.
    pub(crate) fn advanced(&mut self, least: usize) -> Option<String> {
        if self.unsaved < least {
            return None;
        }
        self.unsaved = 0;
        self.done.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkpoint_stays_before_the_oldest_record_that_is_not_done() {
        let mut progress = Progress::default();
        let numbers: Vec<u64> = ["a", "b", "c", "d"].map(|it| progress.read(it.to_owned())).into();
        progress.done(numbers[1]);
        assert_eq!(progress.advanced(1), None);
        progress.done(numbers[0]);
        assert_eq!(progress.advanced(3), None);
        assert_eq!(progress.advanced(1).as_deref(), Some("b"));
        assert_eq!(progress.advanced(1), None);
        progress.done(numbers[3]);
        progress.done(numbers[2]);
        assert_eq!(progress.advanced(2).as_deref(), Some("d"));
    }
}
