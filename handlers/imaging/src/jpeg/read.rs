//! Reads a JPEG, scaled down while it is decoded.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr::NonNull;

use super::ffi;
use crate::format::Format;
use crate::rejection::Rejection;

/// A JPEG whose header was read.
pub(crate) struct Reader<'a> {
    raw: NonNull<ffi::RawReader>,
    header: ffi::Header,
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> Reader<'a> {
    /// Reads the header. `memory` bounds what libjpeg may hold for the coefficients of a progressive file.
    pub(crate) fn open(bytes: &'a [u8], memory: usize) -> Result<Self, Rejection> {
        let mut header = ffi::Header::default();
        // SAFETY: `bytes` outlives the reader by its lifetime; `header` is written before the call returns.
        let raw = unsafe { ffi::imaging_jpeg_open(bytes.as_ptr(), bytes.len(), memory, &mut header) };
        let raw = NonNull::new(raw).expect("memory for a reader of a few hundred bytes");
        let reader = Reader { raw, header, bytes: PhantomData };
        if reader.header.width == 0 { Err(reader.failure()) } else { Ok(reader) }
    }

    pub(crate) fn width(&self) -> u32 {
        self.header.width
    }

    pub(crate) fn height(&self) -> u32 {
        self.header.height
    }

    /// Whether rows will be four inks instead of three lights.
    pub(crate) fn is_cmyk(&self) -> bool {
        self.header.components == 4
    }

    /// Whether inks are stored the way Adobe's programs do: 255 is none.
    pub(crate) fn is_inverted(&self) -> bool {
        self.header.inverted != 0
    }

    /// Begins to decode at `eighths` of the size and answers the width and the height of what comes.
    pub(crate) fn start(&mut self, eighths: u32) -> Result<(u32, u32), Rejection> {
        let (mut width, mut height) = (0, 0);
        // SAFETY: the reader is open and both numbers are ours.
        match unsafe { ffi::imaging_jpeg_start(self.raw.as_ptr(), eighths, &mut width, &mut height) } {
            0 => Ok((width, height)),
            _ => Err(self.failure()),
        }
    }

    /// Fills `out` with whole rows of `stride` bytes.
    pub(crate) fn read(&mut self, out: &mut [u8], stride: usize) -> Result<(), Rejection> {
        let rows = out.len() / stride;
        // SAFETY: `out` has room for `rows` rows of `stride` bytes, and `start` said how wide a row is.
        let read = unsafe { ffi::imaging_jpeg_read(self.raw.as_ptr(), out.as_mut_ptr(), stride, rows as u32) };
        if usize::try_from(read) == Ok(rows) { self.check() } else { Err(self.failure()) }
    }

    /// Refuses a file of which libjpeg had to guess parts.
    fn check(&self) -> Result<(), Rejection> {
        // SAFETY: the reader is open.
        let damaged =
            unsafe { ffi::imaging_jpeg_truncated(self.raw.as_ptr()) + ffi::imaging_jpeg_corrupt(self.raw.as_ptr()) };
        if damaged == 0 { Ok(()) } else { Err(self.failure()) }
    }

    fn failure(&self) -> Rejection {
        // SAFETY: the reader is open, and its message is a C string in it.
        let (truncated, message) = unsafe {
            let message = CStr::from_ptr(ffi::imaging_jpeg_message(self.raw.as_ptr()));
            (ffi::imaging_jpeg_truncated(self.raw.as_ptr()) != 0, message.to_string_lossy().into_owned())
        };
        if truncated { Rejection::Truncated(Format::Jpeg) } else { Rejection::corrupt(Format::Jpeg, message) }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // SAFETY: made by `imaging_jpeg_open`, closed once.
        unsafe { ffi::imaging_jpeg_close(self.raw.as_ptr()) }
    }
}
