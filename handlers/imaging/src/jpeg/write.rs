//! Writes a JPEG.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::ptr;

use super::ffi;

/// Encodes rows of RGB at `quality` (1 to 100), with tables made for the picture if `optimised`; `None` where libjpeg refuses, which it does to sizes above 65,500 only.
pub(crate) fn write(rgb: &[u8], width: u32, height: u32, quality: u8, optimised: bool) -> Option<Vec<u8>> {
    assert!(rgb.len() >= width as usize * height as usize * 3, "rows are there");
    let (mut out, mut length) = (ptr::null_mut(), 0);
    // SAFETY: the rows were counted above; `out` is what the shim allocated, copied before it is given back.
    unsafe {
        let code = ffi::imaging_jpeg_encode(
            rgb.as_ptr(),
            width,
            height,
            c_int::from(quality),
            c_int::from(optimised),
            &mut out,
            &mut length,
        );
        let bytes = (code == 0).then(|| std::slice::from_raw_parts(out, length).to_vec());
        ffi::imaging_jpeg_free(out);
        bytes
    }
}
