//! Deliveries: each message for each subscription that takes it, until it is done.

mod attempt;
mod dispatch;
mod verdict;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::message::Message;

/// How many endpoints are called at once.
const CONCURRENT: usize = 256;

/// A message on its way to a subscription.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) sequence: i64,
    pub(crate) message_sequence: i64,
    pub(crate) message: Arc<Message>,
    /// The subscription's ARN.
    pub(crate) subscription: String,
    /// How often the endpoint was called.
    pub(crate) attempts: u32,
}

/// What must be delivered one after the other: a message group of a FIFO topic, to one subscription.
type Line = (String, String);

impl Delivery {
    fn line(&self) -> Option<Line> {
        self.message.sequence?;
        Some((self.subscription.clone(), self.message.group.clone().unwrap_or_default()))
    }
}

/// The deliveries that are being made.
pub(crate) struct Deliveries {
    /// The last delivery that the store held when the service was opened: up to it they wait for the start.
    pub(crate) left_over: i64,
    lanes: Arc<Semaphore>,
    lines: Mutex<HashMap<Line, VecDeque<Delivery>>>,
}

impl Deliveries {
    pub(crate) fn new(left_over: i64) -> Self {
        Self { left_over, lanes: Arc::new(Semaphore::new(CONCURRENT)), lines: Mutex::default() }
    }

    /// Puts a delivery at the end of its line; whether nobody works on that line.
    fn queue(&self, line: &Line, delivery: Delivery) -> bool {
        let mut lines = self.lines();
        let idle = !lines.contains_key(line);
        lines.entry(line.clone()).or_default().push_back(delivery);
        idle
    }

    /// The next delivery of a line; at its end the line is forgotten.
    fn next(&self, line: &Line) -> Option<Delivery> {
        let mut lines = self.lines();
        let next = lines.get_mut(line).and_then(VecDeque::pop_front);
        if next.is_none() {
            lines.remove(line);
        }
        next
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Line, VecDeque<Delivery>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
