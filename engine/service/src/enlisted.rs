//! An operation of one service that is written in the transaction of another.

use store::rusqlite::Connection;

use crate::ServiceError;

type Write = Box<dyn FnOnce(&Connection) -> Result<(), ServiceError> + Send>;

/// What operations of a service write, for a caller that writes it together with something of its own: both are there
/// after a crash, or neither is.
pub struct Enlisted {
    write: Write,
    written: Box<dyn FnOnce() + Send>,
}

impl Enlisted {
    /// `write` runs inside the transaction and leaves nothing behind when it fails; `written` runs once the transaction is
    /// durable.
    pub fn new(
        write: impl FnOnce(&Connection) -> Result<(), ServiceError> + Send + 'static,
        written: impl FnOnce() + Send + 'static,
    ) -> Self {
        Self { write: Box::new(write), written: Box::new(written) }
    }

    /// The part for the transaction, and the part for after it.
    pub fn into_parts(self) -> (Write, Box<dyn FnOnce() + Send>) {
        (self.write, self.written)
    }
}
