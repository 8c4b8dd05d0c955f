//! Processes that wait for an event, kept for the next.

use std::collections::HashMap;

/// How many wait at most, of all functions together.
const MOST: usize = 64;

/// What waits, by function; `T` is an instance.
pub(super) struct Idle<T> {
    by_function: HashMap<String, OfFunction<T>>,
    /// Rises with each that begins to wait.
    clock: u64,
    most: usize,
}

/// The instances of a function, all of one configuration; the one that has waited longest is the first.
struct OfFunction<T> {
    revision: String,
    instances: Vec<(u64, T)>,
}

impl<T> Default for Idle<T> {
    fn default() -> Self {
        Self { by_function: HashMap::new(), clock: 0, most: MOST }
    }
}

impl<T> Idle<T> {
    /// An instance of this configuration: the one that worked last is the least likely to be about to end. Those of another
    /// configuration are let go.
    pub(super) fn take(&mut self, function: &str, revision: &str, is_alive: impl Fn(&T) -> bool) -> Option<T> {
        let of_function = self.by_function.get_mut(function)?;
        if of_function.revision != revision {
            self.by_function.remove(function);
            return None;
        }
        while let Some((_, instance)) = of_function.instances.pop() {
            if is_alive(&instance) {
                return Some(instance);
            }
        }
        None
    }

    /// Keeps an instance, in place of the one that has waited longest when there are too many. One of a configuration that
    /// is no longer the function's is let go.
    pub(super) fn keep(&mut self, function: &str, revision: &str, instance: T) {
        self.clock += 1;
        let of_function = self
            .by_function
            .entry(function.to_owned())
            .or_insert_with(|| OfFunction { revision: revision.to_owned(), instances: Vec::new() });
        if of_function.revision != revision {
            return;
        }
        of_function.instances.push((self.clock, instance));
        if self.count() > self.most {
            self.let_go();
        }
    }

    /// Lets go of a function's instances.
    pub(super) fn forget(&mut self, function: &str) {
        self.by_function.remove(function);
    }

    fn count(&self) -> usize {
        self.by_function.values().map(|of_function| of_function.instances.len()).sum()
    }

    fn let_go(&mut self) {
        let waits_longest = self.by_function.values_mut().filter(|of_function| !of_function.instances.is_empty());
        if let Some(of_function) = waits_longest.min_by_key(|of_function| of_function.instances[0].0) {
            of_function.instances.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle(most: usize) -> Idle<&'static str> {
        Idle { most, ..Idle::default() }
    }

    #[test]
    fn the_one_that_waited_longest_goes_when_there_are_too_many() {
        let mut idle = idle(2);
        idle.keep("f", "1", "first");
        idle.keep("g", "1", "second");
        idle.keep("f", "1", "third");
        assert_eq!(idle.take("f", "1", |_| true), Some("third"));
        assert_eq!(idle.take("f", "1", |_| true), None);
        assert_eq!(idle.take("g", "1", |_| true), Some("second"));
    }

    #[test]
    fn instances_of_an_earlier_configuration_or_that_have_ended_are_not_taken() {
        let mut idle = idle(8);
        idle.keep("f", "1", "old");
        assert_eq!(idle.take("f", "2", |_| true), None);
        idle.keep("f", "2", "ended");
        idle.keep("f", "1", "old again");
        assert_eq!(idle.take("f", "2", |instance| *instance != "ended"), None);
    }
}
