//! Some rows of a picture that comes row by row.

use crate::decode::Rows;
use crate::rejection::Rejection;

/// The rows that are held, of a picture that is read once from top to bottom.
pub(crate) struct Window<'a> {
    rows: &'a mut dyn Rows,
    stride: usize,
    first: u32,
    data: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(crate) fn new(rows: &'a mut dyn Rows) -> Self {
        let stride = rows.size().0 as usize * rows.layout().channels();
        Self { rows, stride, first: 0, data: Vec::new() }
    }

    /// The number of the first row that is held.
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// Width, number of rows, and the rows.
    pub(crate) fn image(&self) -> (u32, u32, &[u8]) {
        (self.rows.size().0, self.held(), &self.data)
    }

    /// Holds the rows from `from` to before `to`, as far as there are such rows; neither is less than before.
    pub(crate) fn show(&mut self, from: u32, to: u32) -> Result<(), Rejection> {
        let height = self.rows.size().1;
        let (from, to) = (from.min(height), to.min(height));
        while self.next() < from {
            // Not a row that is held will be shown again.
            self.drop_before(self.next());
            self.fetch((from - self.next()).min(64))?;
        }
        self.drop_before(from);
        self.fetch(to.saturating_sub(self.next()))
    }

    /// Reads the rows that nobody looks at, since they may be damaged.
    pub(crate) fn skip_rest(mut self) -> Result<(), Rejection> {
        let height = self.rows.size().1;
        self.show(height, height)
    }

    fn held(&self) -> u32 {
        (self.data.len() / self.stride) as u32
    }

    fn next(&self) -> u32 {
        self.first + self.held()
    }

    fn drop_before(&mut self, row: u32) {
        let gone = row.saturating_sub(self.first).min(self.held());
        self.data.drain(..gone as usize * self.stride);
        self.first += gone;
    }

    fn fetch(&mut self, count: u32) -> Result<(), Rejection> {
        let start = self.data.len();
        // Exactly: doubling would hold twice the rows.
        self.data.reserve_exact(count as usize * self.stride);
        self.data.resize(start + count as usize * self.stride, 0);
        self.rows.read(&mut self.data[start..])
    }
}
