//! The functions of `shim.c`.

use std::ffi::{c_char, c_int, c_uint};

// The C library that the shim calls; nothing of it is named from Rust.
use mozjpeg_sys as _;

/// A reader that C owns.
#[repr(C)]
pub(super) struct RawReader {
    opaque: [u8; 0],
}

/// What a file's header says. `width` is 0 where the header could not be read.
#[repr(C)]
#[derive(Default)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u32,
    pub(super) inverted: u32,
}

#[allow(unsafe_code)]
unsafe extern "C" {
    pub(super) fn imaging_jpeg_open(
        bytes: *const u8,
        length: usize,
        memory: usize,
        header: *mut Header,
    ) -> *mut RawReader;
    pub(super) fn imaging_jpeg_start(
        reader: *mut RawReader,
        eighths: c_uint,
        width: *mut u32,
        height: *mut u32,
    ) -> c_int;
    pub(super) fn imaging_jpeg_read(reader: *mut RawReader, out: *mut u8, stride: usize, rows: c_uint) -> c_int;
    pub(super) fn imaging_jpeg_truncated(reader: *const RawReader) -> c_int;
    pub(super) fn imaging_jpeg_corrupt(reader: *const RawReader) -> c_int;
    pub(super) fn imaging_jpeg_message(reader: *const RawReader) -> *const c_char;
    pub(super) fn imaging_jpeg_close(reader: *mut RawReader);
    pub(super) fn imaging_jpeg_encode(
        rgb: *const u8,
        width: u32,
        height: u32,
        quality: c_int,
        optimised: c_int,
        out: *mut *mut u8,
        length: *mut usize,
    ) -> c_int;
    pub(super) fn imaging_jpeg_free(bytes: *mut u8);
}
